import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { toWgs84 } from '../../../src/regions/datum.ts';
import { PATIENCE_MS } from '../../patience.ts';
import { WechatPhone } from '../../wechat-phone.ts';
import type { Received } from '../tencent/product.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** The newest callback, decrypted, once this many have come. */
async function callback(count: number): Promise<string> {
  await vi.waitFor(() => expect(stage.product.received).toHaveLength(count), { timeout: PATIENCE_MS });
  return stage.opened(stage.product.received.at(-1) as Received);
}
const element = (xml: string, name: string) =>
  new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`).exec(xml)?.[1];

describe('a person', () => {
  test('who does not follow cannot write, tap or unfollow', async () => {
    const stranger = await WechatPhone.of(stage.simulator.url, { follows: false });
    for (const act of ['send', 'tap', 'menu', 'unfollow'])
      await expect(stranger.act(act, { text: 'x' })).rejects.toThrow(/^403 /);
    await expect(stage.phone.act('follow')).rejects.toThrow(/follows the account already/);
    expect(stranger.id).toMatch(/^o[\w-]{27}$/);
  });

  test('who follows and unfollows causes an event each', async () => {
    const followed = await callback(1);
    expect([element(followed, 'MsgType'), element(followed, 'Event')]).toEqual(['event', 'subscribe']);
    await stage.phone.act('unfollow');
    expect(element(await callback(2), 'Event')).toBe('unsubscribe');
  });

  test('sends a photo that can be fetched by its id and by its URL', async () => {
    await stage.phone.send({ photo: 'manhole' });
    const message = await callback(2);
    expect(element(message, 'MsgType')).toBe('image');
    const token = await stage.token();
    const media = `${stage.simulator.url}/cgi-bin/media/get?access_token=${token}&media_id=${element(message, 'MediaId')}`;
    const [byId, byUrl] = await Promise.all([fetch(media), fetch(element(message, 'PicUrl') ?? '')]);
    expect(byId.headers.get('content-type')).toBe('image/jpeg');
    const bytes = Buffer.from(await byId.arrayBuffer());
    expect(bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(Buffer.from(await byUrl.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('sends a voice message in AMR that ends after three days', async () => {
    await stage.phone.send({ voice: 2 });
    const message = await callback(2);
    expect([element(message, 'MsgType'), element(message, 'Format')]).toEqual(['voice', 'amr']);
    const get = async () => {
      const token = await stage.token();
      const query = `access_token=${token}&media_id=${element(message, 'MediaId')}`;
      return fetch(`${stage.simulator.url}/cgi-bin/media/get?${query}`);
    };
    const file = await get();
    expect(file.headers.get('content-type')).toBe('audio/amr');
    expect((await file.arrayBuffer()).byteLength).toBe(6 + 2 * 50 * 13);
    await stage.passes(3 * 86_400);
    expect(await (await get()).json()).toMatchObject({ errcode: 40007 });
  });

  test('sends a place, which the account gets on Chinese maps', async () => {
    const place = { latitude: 31.4552, longitude: 119.4434 };
    await stage.phone.send({ location: place });
    const message = await callback(2);
    const [latitude, longitude] = ['Location_X', 'Location_Y'].map((name) => Number(element(message, name)));
    expect(latitude).not.toBeCloseTo(place.latitude, 3);
    const back = toWgs84({ latitude: latitude ?? 0, longitude: longitude ?? 0 }, 'gcj02');
    expect(back.latitude).toBeCloseTo(place.latitude, 4);
    expect((await stage.phone.newest())?.location).toMatchObject(place);
  });

  test.each([
    [{}],
    [{ text: ' ' }],
    [{ photo: 'no such sample' }],
    [{ voice: 61 }],
    [{ location: { latitude: 91, longitude: 0 } }],
    [{ text: 'x', copies: 11 }],
  ])('cannot send %j', async (body) => {
    await expect(stage.phone.send(body)).rejects.toThrow(/^400 /);
  });

  test('has no links in her own words', async () => {
    await stage.phone.say('<a href="https://a.example">看</a>');
    expect(await stage.phone.newest()).toMatchObject({ text: '<a href="https://a.example">看</a>', links: [] });
  });
});

describe('a tap', () => {
  const link = (href: string, text: string) => `<a href="${href}">${text}</a>`;
  beforeEach(() => stage.phone.say('在吗'));

  test('on a menu link sends its words with its id', async () => {
    await stage.text(`选：\n${link('weixin://bizmsgmenu?msgmenucontent=路灯&msgmenuid=c7', '2. 路灯')}`);
    await stage.phone.tap('2. 路灯');
    const message = await callback(3);
    expect([element(message, 'MsgType'), element(message, 'Content')]).toEqual(['text', '路灯']);
    expect(element(message, 'bizmsgmenuid')).toBe('c7');
    expect(await stage.phone.newest()).toMatchObject({ from: 'person', text: '路灯' });
  });

  test('on a menu link sends its words undecoded', async () => {
    await stage.text(link('weixin://bizmsgmenu?msgmenucontent=a%26b&msgmenuid=1', 'x'));
    await stage.phone.tap('x');
    expect(element(await callback(3), 'Content')).toBe('a%26b');
  });

  test('on an entry of a menu message sends its words', async () => {
    const msgmenu = { head_content: '选', list: [{ id: 101, content: '甲&乙' }], tail_content: '谢谢' };
    const body = { touser: stage.phone.id, msgtype: 'msgmenu', msgmenu };
    expect((await stage.call('/cgi-bin/message/custom/send', body)).errcode).toBe(0);
    expect((await stage.phone.newest())?.text).toBe('选\n甲&乙\n谢谢');
    await stage.phone.tap('甲&乙');
    const message = await callback(3);
    expect([element(message, 'Content'), element(message, 'bizmsgmenuid')]).toEqual(['甲&乙', '101']);
  });

  test('on another link opens it, and the account gets nothing', async () => {
    await stage.text(link('https://anlin.example/w/q/b17', '看'));
    expect(await stage.phone.tap('看')).toEqual({ ok: true, url: 'https://anlin.example/w/q/b17' });
    await callback(2);
  });

  test('on a text that is no link, on a foreign message or on a foreign scheme is refused', async () => {
    await stage.text(`看 ${link('javascript:alert(1)', '点')}`);
    const { message_id } = (await stage.phone.newest()) ?? { message_id: 0 };
    await expect(stage.phone.act('tap', { message_id, link: '看 ' })).rejects.toThrow(/no such link/);
    await expect(stage.phone.tap('点')).rejects.toThrow(/opens no such link/);
    const other = await WechatPhone.of(stage.simulator.url);
    await expect(other.act('tap', { message_id, link: '点' })).rejects.toThrow(/no such message/);
  });

  test('can be forged', async () => {
    const { message_id } = (await stage.phone.newest()) ?? { message_id: 0 };
    await stage.phone.act('tap', { message_id, content: '关闭', id: 'close/all' });
    expect(element(await callback(3), 'bizmsgmenuid')).toBe('close/all');
  });
});

describe('a scan', () => {
  const create = (action_name: string, scene_str: string, more: object = {}) =>
    stage.call('/cgi-bin/qrcode/create', { action_name, action_info: { scene: { scene_str } }, ...more });

  test('follows at first and carries the scene with its prefix, later without', async () => {
    const { ticket } = await create('QR_LIMIT_STR_SCENE', 'b17_2');
    const stranger = await WechatPhone.of(stage.simulator.url, { follows: false });
    await stranger.act('scan', { scene: 'b17_2' });
    const first = await callback(2);
    expect([element(first, 'Event'), element(first, 'EventKey')]).toEqual(['subscribe', 'qrscene_b17_2']);
    expect(element(first, 'Ticket')).toBe(ticket);
    await stranger.act('scan', { ticket });
    const later = await callback(3);
    expect([element(later, 'Event'), element(later, 'EventKey')]).toEqual(['SCAN', 'b17_2']);
  });

  test('of a code that has ended or never was is refused', async () => {
    expect(await create('QR_STR_SCENE', 's', { expire_seconds: 600 })).toMatchObject({ expire_seconds: 600 });
    await stage.passes(600);
    await expect(stage.phone.act('scan', { scene: 's' })).rejects.toThrow(/no living QR code/);
  });
});

describe('the menu', () => {
  const click = (name: string, key: string) => ({ type: 'click', name, key });

  test('has buttons that cause an event with their key', async () => {
    const button = [click('上报', 'report'), { name: '更多', sub_button: [click('我的', 'mine')] }];
    expect((await stage.call('/cgi-bin/menu/create', { button })).errcode).toBe(0);
    await stage.phone.act('menu', { name: '我的' });
    const event = await callback(2);
    expect([element(event, 'Event'), element(event, 'EventKey')]).toEqual(['CLICK', 'mine']);
    await expect(stage.phone.act('menu', { key: 'x' })).rejects.toThrow(/no such button/);
  });
});

describe('the people side', () => {
  test('refuses pages of other origins, other hosts, and bodies that a page can send unasked', async () => {
    const url = `${stage.simulator.url}/sim/people`;
    const foreign = await fetch(url, { headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    const plain = await fetch(url, { method: 'POST', body: '{}' });
    expect(plain.status).toBe(415);
    const status = await new Promise((done) => {
      request(url, { headers: { host: 'evil.example' } }, ({ statusCode }) => done(statusCode)).end();
    });
    expect(status).toBe(403);
  });

  test('tells of changes as soon as they happen', async () => {
    const changes = async (since: number) =>
      (await (await fetch(`${stage.simulator.url}/sim/changes?since=${since}`)).json()) as {
        changes: number;
        chats: readonly string[];
      };
    const { changes: now } = await changes(0);
    const waiting = changes(now);
    await stage.phone.say('在吗');
    expect((await waiting).changes).toBeGreaterThan(now);
    expect((await changes(now)).chats).toEqual([stage.phone.id]);
  });

  test('a reset removes messages and followers, and keeps the account’s token', async () => {
    const token = await stage.token();
    await stage.phone.say('在吗');
    const headers = { 'content-type': 'application/json' };
    await fetch(`${stage.simulator.url}/sim/reset`, { method: 'POST', headers, body: '{}' });
    expect(await stage.phone.messages()).toEqual([]);
    expect((await stage.text('好')).errcode).toBe(45015);
    expect(await stage.token()).toBe(token);
  });
});
