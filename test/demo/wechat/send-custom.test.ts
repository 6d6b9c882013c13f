import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WechatPhone } from '../../wechat-phone.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const SEND = '/cgi-bin/message/custom/send';
const HOUR = 3600;

describe('a customer message', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());
  const textTo = (touser: string, content: unknown = '好') => ({ touser, msgtype: 'text', text: { content } });

  // The rows stand in the order of the checks: each row has all the mistakes of the rows below it.
  test.each([
    ['GET', { method: 'GET', token: null, body: '{' }, 43002],
    ['no token', { token: null, body: '{' }, 41001],
    ['an unknown token', { token: 'x', body: '{' }, 40001],
    ['no JSON', { body: '{' }, 47001],
    ['a list', { body: '[]' }, 47001],
    ['an unknown openid', { body: { touser: 'oX', msgtype: 'x' } }, 40003],
    ['an unknown type', { me: true, body: { msgtype: 'x' } }, 40008],
    ['a type of the prototype', { me: true, body: { msgtype: 'constructor' } }, 40008],
    ['no content', { me: true, body: { msgtype: 'text' } }, 44004],
    ['an empty content', { me: true, body: { msgtype: 'text', text: { content: ' ' } } }, 44004],
    ['2049 bytes', { me: true, body: { msgtype: 'text', text: { content: `${'字'.repeat(682)}abc` } } }, 45002],
    ['an unknown picture', { me: true, body: { msgtype: 'image', image: { media_id: 'x' } } }, 40007],
  ] as const)('with %s is refused', async (_, call, errcode) => {
    const { body, me, ...options } = { me: false, ...call };
    const sent = me ? { touser: stage.phone.id, ...(body as object) } : (body as object | string);
    const answer = await stage.call(SEND, sent, options);
    expect(answer.errcode).toBe(errcode);
    expect(answer.errmsg).toMatch(/ rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
  });

  test('of 2048 bytes arrives', async () => {
    await stage.phone.say('在吗');
    const text = `${'字'.repeat(682)}ab`;
    expect(await stage.call(SEND, textTo(stage.phone.id, text))).toEqual({ errcode: 0, errmsg: 'ok' });
    expect((await stage.phone.newest())?.text).toBe(text);
  });

  test('to a person who does not follow is out of time', async () => {
    const { id: openid } = await WechatPhone.of(stage.simulator.url, {
      follows: false,
    });
    expect((await stage.text('好', openid)).errcode).toBe(45015);
  });

  test('renders links only, and shows unicode escapes and other tags as they stand', async () => {
    await stage.phone.say('在吗');
    const body = `{"touser":"${stage.phone.id}","msgtype":"text","text":{"content":"<b>\\u4e95</b> &amp; \\\\u4e95\\n<a href=\\"https://a.example/?x=1\\">看</a> <A HREF='b'>x</A>"}}`;
    expect((await stage.call(SEND, body)).errcode).toBe(0);
    const shown = await stage.phone.newest();
    expect(shown?.text).toBe('<b>\\u4e95</b> &amp; \\u4e95\n看 x');
    expect(shown?.links).toEqual([
      { text: '看', href: 'https://a.example/?x=1' },
      { text: 'x', href: 'b' },
    ]);
  });
});

describe('the account’s settings', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  test('an address that is not listed is refused before the body is read', async () => {
    stage = await openStage({ account: { addresses: [] } });
    const { appid, secret } = stage.simulator.account;
    const body = { grant_type: 'client_credential', appid, secret };
    const answer = await stage.call('/cgi-bin/stable_token', body, { token: null });
    expect(answer).toMatchObject({ errcode: 40164, errmsg: expect.stringContaining('127.0.0.1') });
  });

  test('an account that is not verified may not write', async () => {
    stage = await openStage({ account: { kind: 'unverified' } });
    expect((await stage.text('好')).errcode).toBe(48001);
  });

  test('a test account has no menu messages, and its links have no id', async () => {
    stage = await openStage({ account: { kind: 'test' } });
    const { phone } = stage;
    await phone.say('在吗');
    const msgmenu = { head_content: '选', list: [{ id: '1', content: '好' }] };
    const menu = await stage.call(SEND, { touser: phone.id, msgtype: 'msgmenu', msgmenu });
    expect(menu.errcode).toBe(40200);
    await stage.text('<a href="weixin://bizmsgmenu?msgmenucontent=好&msgmenuid=1">甲</a>');
    await expect(phone.tap('甲')).rejects.toThrow(/no links with msgmenuid/);
    await stage.text('<a href="weixin://bizmsgmenu?msgmenucontent=好">乙</a>');
    await phone.tap('乙');
    expect((await phone.newest())?.text).toBe('好');
  });

  test('the 3rd message of a day with 2 is refused until midnight in Beijing', async () => {
    stage = await openStage({ account: { dayLimits: { custom: 2 } }, now: () => Date.parse('2026-03-01T15:00:00Z') });
    await stage.phone.say('在吗');
    const codes = async () => (await stage.text('好')).errcode;
    expect([await codes(), await codes(), await codes()]).toEqual([0, 0, 45009]);
    await stage.passes(HOUR - 1);
    expect(await codes()).toBe(45009);
    await stage.passes(1);
    expect(await codes()).toBe(0);
  });
});

describe('the reply window', () => {
  let stage: Stage;
  beforeEach(async () => {
    // The clock stands, so that a window ends at the very millisecond.
    stage = await openStage({ now: () => Date.parse('2026-03-01T08:00:00+08:00') });
    await stage.passes(60);
  });
  afterEach(() => stage.close());
  const codes = async (times: number) => {
    const found: (number | undefined)[] = [];
    for (let i = 0; i < times; i += 1) found.push((await stage.text('好')).errcode);
    return found;
  };

  test('is closed 60 seconds after a person has followed', async () => {
    expect(await codes(1)).toEqual([45015]);
  });

  test.each([
    ['words', { text: '在吗' }],
    ['a photo', { photo: 'manhole' }],
    ['a voice message', { voice: 3 }],
    ['a place', { location: { latitude: 31.5, longitude: 119.5 } }],
  ])('takes five messages after %s', async (_, body) => {
    await stage.phone.send(body);
    expect(await codes(6)).toEqual([0, 0, 0, 0, 0, 45047]);
  });

  test('of words ends after 48 hours', async () => {
    await stage.phone.say('在吗');
    await stage.passes(48 * HOUR - 1);
    expect(await codes(1)).toEqual([0]);
    await stage.passes(1);
    expect(await codes(1)).toEqual([45015]);
    await stage.phone.say('在吗');
    expect(await codes(1)).toEqual([0]);
  });

  const taps = async (): Promise<unknown> => {
    await stage.text('<a href="weixin://bizmsgmenu?msgmenucontent=好&msgmenuid=7">好</a>');
    return stage.phone.tap('好');
  };

  test('of a scan takes three messages within 60 seconds', async () => {
    const action = { action_name: 'QR_STR_SCENE', action_info: { scene: { scene_str: 's' } } };
    await stage.call('/cgi-bin/qrcode/create', action);
    await stage.phone.act('scan', { scene: 's' });
    expect(await codes(4)).toEqual([0, 0, 0, 45047]);
    await stage.phone.act('scan', { scene: 's' });
    await stage.passes(59);
    expect(await codes(1)).toEqual([0]);
    await stage.passes(1);
    expect(await codes(1)).toEqual([45015]);
  });

  test('of a menu button takes three messages, and a menu page none', async () => {
    const button = [
      { type: 'click', name: '上报', key: 'report' },
      { type: 'view', name: '看', url: 'https://anlin.example/w' },
    ];
    expect((await stage.call('/cgi-bin/menu/create', { button })).errcode).toBe(0);
    expect(await stage.phone.act('menu', { name: '看' })).toEqual({ ok: true, url: 'https://anlin.example/w' });
    expect(await codes(1)).toEqual([45015]);
    await stage.phone.act('menu', { key: 'report' });
    expect(await codes(4)).toEqual([0, 0, 0, 45047]);
  });

  test('of a tap does not replace a larger one that is open', async () => {
    await stage.phone.say('在吗');
    await taps();
    expect(await codes(5)).toEqual([0, 0, 0, 0, 45047]);
  });

  test('of a tap offers three messages for 60 seconds where fewer were left', async () => {
    await stage.phone.say('在吗');
    expect(await codes(3)).toEqual([0, 0, 0]);
    await taps();
    expect(await codes(4)).toEqual([0, 0, 0, 45047]);
    await stage.passes(60);
    expect(await codes(1)).toEqual([45047]);
  });

  test('of a tap that left fewer for words stays behind it', async () => {
    await stage.phone.say('在吗');
    expect(await codes(2)).toEqual([0, 0]);
    await taps();
    await stage.passes(60);
    expect(await codes(3)).toEqual([0, 0, 45047]);
  });

  test('closes when the person unfollows', async () => {
    await stage.phone.say('在吗');
    await stage.phone.act('unfollow');
    expect(await codes(1)).toEqual([45015]);
    await stage.phone.act('follow');
    expect(await codes(4)).toEqual([0, 0, 0, 45047]);
  });
});
