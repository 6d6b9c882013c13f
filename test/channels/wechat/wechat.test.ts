import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MINUTE_MS } from '../../../src/calendar.ts';
import { loadOwnCases } from '../../../src/cases/case-store.ts';
import type { Inbound } from '../../../src/channels/channel.ts';
import { sealMessage } from '../../../src/channels/wechat/message-crypto.ts';
import { numberedText } from '../../../src/channels/wechat/numbered-text.ts';
import { fitBytes } from '../../../src/channels/wechat/text-limit.ts';
import { callbackKeys } from '../../../src/demo/wechat/account.ts';
import { commitRendered } from '../../../src/notify/notify.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import { WechatPhone } from '../../wechat-phone.ts';
import type { Rig } from '../conformance.ts';
import { conformance } from '../conformance.ts';
import type { WechatStage } from './stage.ts';
import { openWechatStage, WORDS } from './stage.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ wechat: true });
});
afterAll(() => app.close());

const SEND = '/cgi-bin/message/custom/send';

conformance('WeChat', async (): Promise<Rig> => {
  const stage = await openWechatStage(app.running.store);
  const { channel, simulator } = stage;
  const phone = await WechatPhone.of(simulator.url);
  const stranger = await WechatPhone.of(simulator.url, { follows: false });
  // Each message of the channel takes one of five: the person writes in between.
  let listens: (() => Promise<void>) | undefined;
  const send: typeof channel.send = async (to, message, key) => {
    const { world } = simulator;
    const windows = [{ left: 5, until: world.now() + MINUTE_MS }];
    if (world.people.get(phone.id)) world.changePerson(phone.id, { windows });
    await app.running.store.redis.del(app.running.store.keys.wechatWindow(to));
    await app.running.store.redis.anlinOpenWindow(1, app.running.store.keys.wechatWindow(to), 'said', world.now());
    const outcome = await channel.send(to, message, key);
    await listens?.();
    listens = undefined;
    return outcome;
  };
  return {
    waitMs: 60_000,
    channel: { ...channel, send },
    person: `wechat:${phone.id}`,
    stranger: `wechat:${stranger.id.slice(0, -2)}${stranger.id.endsWith('xx') ? 'yy' : 'xx'}`,
    seen: async () =>
      (await phone.messages())
        .filter(({ from }) => from === 'account')
        .map(({ text = '', links }) => ({ text, labels: links.map((link) => link.text) })),
    says: async (text) => void (await phone.say(text)),
    taps: async (label) => void (await phone.tap(label)),
    sendsPhoto: async () => void (await phone.send({ photo: 'manhole' })),
    sendsLocation: async () => void (await phone.send({ location: { latitude: 31.5, longitude: 119.5 } })),
    breaks: async (how) => {
      if (how === 'refused_connection') listens = await simulator.stopListening();
      else simulator.faults.add({ path: SEND, kind: how, times: 1 });
    },
    close: () => stage.close(),
  };
});

describe('a WeChat account', () => {
  const open = () => WechatPhone.of(app.wechat?.url ?? '');
  const numberOf = async (phone: WechatPhone, label: string) =>
    new RegExp(`^(\\d+)\\. .*${label}`, 'm').exec((await phone.newest())?.text ?? '')?.[1] ?? '';

  test('carries a whole report by typed numbers, tapped links, words, a photo and a place', async () => {
    const phone = await open();
    await phone.sees(/安邻/);
    await phone.say('上报');
    await phone.sees(/消息经微信的服务器传输[\s\S]*1\. 同意基本处理/);
    await phone.say('１');
    await phone.sees(/1\. 🔥 消防/);
    // Every printed number can be typed: also those of controls.
    await phone.say(await numberOf(phone, '先到这里'));
    await phone.sees(/要先停一停吗[\s\S]*3\. ↩️ 接着填/);
    await phone.say('三');
    await phone.sees(/1\. 🔥 消防/);
    const fire = (await phone.newest())?.links.find(({ text }) => text.includes('消防'));
    await phone.tap(fire?.text ?? '');
    await phone.sees(/3\. 电动车飞线充电/);
    await phone.say('99');
    await phone.sees(/3\. 电动车飞线充电/);
    await phone.say('3');
    const { text = '' } = await phone.sees(/隐患在哪里[\s\S]*照下面说的发位置[\s\S]*点右下角的 ＋/);
    // A button that WeChat has not is not named.
    expect(text).not.toContain('📍');
    await phone.say('湖边亭子旁');
    await phone.sees(/哪一片/);
    await phone.say(await numberOf(phone, '不清楚'));
    await phone.sees(/都对就提交/);
    await phone.send({ photo: 'manhole' });
    await phone.sees(/照片：1/);
    await phone.say(await numberOf(phone, '✅ 提交'));
    await phone.sees(/编号/);
    const [kept] = await loadOwnCases(app.running.store, `wechat:${phone.id}`);
    expect(kept?.record).toMatchObject({ category: 'e_bike_wire_charging', place: { text: '湖边亭子旁' } });
    // The photo is fetched from WeChat and kept with the case.
    await app.tick('photo-retention');
    await vi.waitFor(async () =>
      expect(await app.running.store.redis.zcard(app.running.store.keys.photosWanted)).toBe(0),
    );
  });

  test('where words are the answer, a building is no number of a line, and the buttons are words to tap', async () => {
    const phone = await open();
    await phone.sees(/安邻/);
    await phone.say('上报');
    for (const label of ['同意基本处理', '消防', '电动车飞线充电']) {
      await phone.sees(new RegExp(`\\d\\. .*${label}`));
      await phone.say(await numberOf(phone, label));
    }
    const asked = await phone.sees(/隐患在哪里[\s\S]*「🏘️ 按社区选」/);
    await phone.tap('「🏘️ 按社区选」');
    await phone.sees(/1\. 西渚区/);
    // The words of an older message mean nothing any more.
    await phone.act('tap', { message_id: asked.message_id, link: '「✖️ 先到这里」' });
    await phone.sees(/前面的按钮[\s\S]*1\. 西渚区/);
    await phone.say(await numberOf(phone, '上一步'));
    await phone.sees(/隐患在哪里/);
    await phone.say('3幢');
    await phone.sees(/3幢[\s\S]*1\. 西渚区/);
  });

  test('says what one turn says in one message, the question last', async () => {
    const phone = await open();
    await phone.sees(/安邻/);
    const before = (await phone.messages()).filter(({ from }) => from === 'account').length;
    await phone.say('锦绣花园3号楼井盖没了');
    await phone.sees(/1\. 同意基本处理/);
    await app.settle();
    expect((await phone.messages()).filter(({ from }) => from === 'account').length).toBe(before + 1);
  });

  test('a number means the newest message; a tap on an older link changes nothing', async () => {
    const phone = await open();
    await phone.sees(/安邻/);
    await phone.say('上报');
    const old = (await phone.sees(/1\. 同意基本处理/)).message_id;
    await phone.say('1');
    await phone.sees(/1\. 🔥 消防/);
    await phone.act('tap', { message_id: old, link: '2. 不同意' });
    await phone.sees(/🔥 消防/);
    await phone.say('2');
    await phone.sees(/哪一种|具体/);
  });

  test('news waits while the window is closed, and comes once with the next answer', async () => {
    const phone = await open();
    await phone.sees(/安邻/);
    const to = `wechat:${phone.id}` as const;
    const { services } = app.running;
    const tell = (text: string, op: string) =>
      commitRendered(
        { what: 'told', op, checks: [], writes: [] },
        [{ to, message: { text, isNews: true }, lane: 'reply' }],
        services,
      );
    // A tap opens one minute only.
    await app.advance(2 * MINUTE_MS);
    for (const n of [1, 2]) await tell(`办好了第${n}件`, `news-${phone.id}-${n}`);
    await app.settle();
    expect((await phone.messages()).some(({ text }) => text?.includes('办好了'))).toBe(false);
    expect(await app.running.store.redis.llen(app.running.store.keys.held(to))).toBe(2);
    await phone.say('帮助');
    await vi.waitFor(async () => expect(await app.running.store.redis.llen(app.running.store.keys.held(to))).toBe(0));
    await app.settle();
    await phone.say('帮助');
    await app.settle();
    const texts = (await phone.messages()).map(({ text = '' }) => text).filter((text) => text.includes('办好了'));
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(/办好了第1件[\s\S]*办好了第2件/);
  });

  test.each([
    ['fits after all', 560, 1],
    ['needs three messages', 1200, 3],
    ['is longer than a window takes', 3500, 4],
  ])('an announcement that %s comes whole, with its numbers last', async (what, length, count) => {
    const stage = await openWechatStage(app.running.store);
    const phone = await WechatPhone.of(stage.simulator.url);
    const to = `wechat:${phone.id}` as const;
    const { redis, keys } = app.running.store;
    await phone.say('在吗');
    await redis.anlinOpenWindow(1, keys.wechatWindow(to), 'said', stage.simulator.world.now());
    const text = Array.from({ length: length / 10 }, (_, i) => `第${String(i).padStart(4, '0')}句停水。`).join('');
    const choices = [[{ id: 'a/b/c/d', label: '知道了' }]];
    expect(await stage.channel.send(to, { text, choices, isNews: true, many: true }, 'k')).toEqual({ type: 'sent' });
    const texts = (await phone.messages()).filter(({ from }) => from === 'account').map((one) => one.text ?? '');
    expect(texts).toHaveLength(count);
    for (const one of texts) expect(Buffer.byteLength(one)).toBeLessThanOrEqual(2048);
    expect(texts.at(-1)).toMatch(/1\. 知道了$/);
    const words = texts.join('').replace(/\s*1\. 知道了$/, '');
    if (count < 4) expect(words).toBe(text);
    else
      expect([text.startsWith(words.slice(0, 1500)), words]).toEqual([true, expect.stringMatching(/全文请问社区。$/)]);
    expect(what).toBeDefined();
    await stage.close();
    await stage.channel.close();
  });

  test('another try of a long announcement goes on at the part that failed', async () => {
    const stage = await openWechatStage(app.running.store);
    const phone = await WechatPhone.of(stage.simulator.url);
    const to = `wechat:${phone.id}` as const;
    const { redis, keys } = app.running.store;
    await phone.say('在吗');
    await redis.anlinOpenWindow(1, keys.wechatWindow(to), 'said', stage.simulator.world.now());
    const text = Array.from({ length: 120 }, (_, i) => `第${String(i).padStart(4, '0')}句停水。`).join('');
    const send = () => stage.channel.send(to, { text, isNews: true, many: true }, 'k');
    // The second part meets a busy platform.
    stage.simulator.faults.add({ path: SEND, kind: 'slow', delay_ms: 1, times: 1 });
    stage.simulator.faults.add({ path: SEND, kind: 'refused', errcode: -1, times: 1 });
    expect((await send()).type).toBe('later');
    expect(await send()).toEqual({ type: 'sent' });
    const texts = (await phone.messages()).filter(({ from }) => from === 'account').map((one) => one.text ?? '');
    expect(texts.join('')).toBe(text);
    expect(await redis.exists(keys.sentParts(to))).toBe(0);
    await stage.close();
    await stage.channel.close();
  });

  test('a photo that cannot be uploaded does not take its words along', async () => {
    const photo = readFileSync(new URL('../../../src/demo/simulator/samples/manhole.jpg', import.meta.url));
    const { simulator, channel, close } = await openWechatStage(app.running.store, { readFile: async () => photo });
    await channel.open(async () => {});
    const phone = await WechatPhone.of(simulator.url);
    await phone.say('您好');
    const to = `wechat:${phone.id}` as const;
    await vi.waitFor(async () =>
      expect(await app.running.store.redis.exists(app.running.store.keys.wechatWindow(to))).toBe(1),
    );
    simulator.faults.add({ path: '/cgi-bin/media/upload', kind: 'html', times: 1 });
    const message = { text: '井盖补好了', photo: 'stored:x' };
    expect((await channel.send(to, message, 'k1')).type).toBe('sent');
    expect((await phone.newest())?.text).toBe('井盖补好了');
    expect((await channel.send(to, message, 'k2')).type).toBe('sent');
    expect((await phone.newest())?.photo).toBeDefined();
    await channel.pause();
    await close();
    await channel.close();
  });

  test.each(['busy', 'closed_window'] as const)(
    'a number means what is on the screen while a newer message cannot be sent: %s',
    async (why) => {
      const stage = await openWechatStage(app.running.store);
      const arrived: Inbound[] = [];
      await stage.channel.open(async (inbound) => void arrived.push(inbound));
      const phone = await WechatPhone.of(stage.simulator.url);
      const to = `wechat:${phone.id}` as const;
      await phone.say('在吗');
      await vi.waitFor(() => expect(arrived.at(-1)?.content).toEqual({ type: 'text', text: '在吗' }));
      const ask = (id: string) => ({ text: '请选', choices: [[{ id, label: '好' }]] });
      expect((await stage.channel.send(to, ask('shown'), 'k1')).type).toBe('sent');
      if (why === 'busy') stage.simulator.faults.add({ path: SEND, kind: 'refused', errcode: -1, times: 1 });
      else stage.simulator.world.changePerson(phone.id, { windows: [] });
      expect((await stage.channel.send(to, ask('unseen'), 'k2')).type).toBe(why === 'busy' ? 'later' : 'closed');
      await phone.say('1');
      await vi.waitFor(() => expect(arrived.at(-1)?.content).toEqual({ type: 'choice', id: 'shown' }));
      await stage.channel.pause();
      await stage.close();
      await stage.channel.close();
    },
  );

  test('who unfollows is gone, and who follows again is reachable', async () => {
    const phone = await open();
    await phone.sees(/安邻/);
    const { store } = app.running;
    await phone.act('unfollow');
    const gone = () => store.redis.hget(store.keys.person(`wechat:${phone.id}`), 'gone');
    await vi.waitFor(async () => expect(await gone()).toBe('blocked the bot'));
    await app.advance(2000);
    await phone.act('follow');
    await vi.waitFor(async () => expect(await gone()).toBeNull());
  });

  test('who follows again is greeted alone; the news that waited comes with the next answer', async () => {
    const phone = await open();
    await phone.sees(/安邻/);
    const to = `wechat:${phone.id}` as const;
    const { store } = app.running;
    await app.advance(2 * MINUTE_MS);
    const news = [{ to, message: { text: '路灯修好了', isNews: true }, lane: 'reply' } as const];
    await commitRendered({ what: 'told', op: `back-${phone.id}`, checks: [], writes: [] }, news, app.running.services);
    await app.settle();
    expect(await store.redis.llen(store.keys.held(to))).toBe(1);
    await phone.act('unfollow');
    await vi.waitFor(async () => expect(await store.redis.hget(store.keys.person(to), 'gone')).not.toBeNull());
    await app.advance(2 * MINUTE_MS);
    const before = (await phone.messages()).length;
    await phone.act('follow');
    await vi.waitFor(async () => expect((await phone.messages()).length).toBeGreaterThan(before));
    await app.settle();
    const told = async () => (await phone.messages()).filter(({ text }) => text?.includes('路灯修好了')).length;
    expect([await told(), await store.redis.llen(store.keys.held(to))]).toEqual([0, 1]);
    await phone.say('帮助');
    await vi.waitFor(async () => expect(await told()).toBe(1));
    expect(await store.redis.llen(store.keys.held(to))).toBe(0);
  });

  test('a scene of a QR code is the payload of a start, at the first scan and at later ones', async () => {
    const { simulator, channel, close } = await openWechatStage(app.running.store);
    const arrived: Inbound[] = [];
    await channel.open(async (inbound) => void arrived.push(inbound));
    const { access_token } = (await (
      await fetch(`${simulator.url}/cgi-bin/stable_token`, {
        method: 'POST',
        body: JSON.stringify({ grant_type: 'client_credential', ...simulator.account }),
      })
    ).json()) as { access_token: string };
    await fetch(`${simulator.url}/cgi-bin/qrcode/create?access_token=${access_token}`, {
      method: 'POST',
      body: JSON.stringify({ action_name: 'QR_LIMIT_STR_SCENE', action_info: { scene: { scene_str: 'at_b17' } } }),
    });
    const phone = await WechatPhone.of(simulator.url, { follows: false });
    for (let n = 1; n <= 2; n += 1) {
      await phone.act('scan', { scene: 'at_b17' });
      await vi.waitFor(() => expect(arrived).toHaveLength(n));
      expect(arrived.at(-1)?.content).toEqual({ type: 'start', payload: 'at_b17' });
      simulator.world.rows.advanceClock(2);
    }
    expect(new Set(arrived.map(({ id }) => id)).size).toBe(2);
    await channel.pause();
    await close();
    await channel.close();
  });
});

describe('the callback of WeChat', () => {
  let stage: WechatStage;
  const taken: Inbound[] = [];
  beforeAll(async () => {
    stage = await openWechatStage(app.running.store);
    await stage.channel.open(async (inbound) => void taken.push(inbound));
  });
  afterAll(async () => {
    await stage.channel.pause();
    await stage.close();
    await stage.channel.close();
  });
  const text = (id: string) =>
    `<xml><FromUserName>oA1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>井盖</Content><MsgId>${id}</MsgId></xml>`;
  const post = async (xml: string, change: (url: URL, body: string) => string = (_url, body) => body, key?: string) => {
    const keys = { ...callbackKeys(stage.simulator.account), ...(key ? { receiveId: key } : {}) };
    const timestamp = String(Math.floor(stage.simulator.world.now() / 1000));
    const { encrypted, signature } = sealMessage(xml, keys, { timestamp, nonce: 'n1' });
    const url = new URL(`http://x/wechat?timestamp=${timestamp}&nonce=n1&msg_signature=${signature}`);
    const body = change(url, `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`);
    return (await stage.channel.webhook?.handle(new Request(url, { method: 'POST', body })))?.status;
  };

  const forged = (name: string, value: string) => (url: URL, body: string) => {
    url.searchParams.set(name, value);
    return body;
  };

  test('takes an encrypted message, also three times at once', async () => {
    expect(await Promise.all([1, 2, 3].map(() => post(text('7250021412600020992'))))).toEqual([200, 200, 200]);
    expect(new Set(taken.map(({ id }) => id))).toEqual(new Set(['wechat:7250021412600020992']));
  });

  test.each([
    ['a wrong signature', forged('msg_signature', '0'.repeat(40))],
    ['an old timestamp', forged('timestamp', '1000')],
    ['another body', (_url: URL, body: string) => body.replace(/\[[A-Za-z0-9]/, '[Q')],
    ['a document type', (_url: URL, body: string) => `<!DOCTYPE x>${body}`],
    ['a plain message', () => text('1')],
    ['10 MB', (_url: URL, body: string) => body + ' '.repeat(10_000_000)],
  ])('refuses %s', async (_what, change) => {
    const before = taken.length;
    expect(await post(text('9'), change)).toBeGreaterThanOrEqual(400);
    expect(taken).toHaveLength(before);
  });

  test('refuses a message for another account, and one that holds a document type', async () => {
    const before = taken.length;
    expect(await post(text('9'), undefined, 'wxffffffffffffffff')).toBe(401);
    expect(await post(`<!DOCTYPE x [<!ENTITY a "b">]>${text('10')}`)).toBe(200);
    expect(taken).toHaveLength(before);
  });
});

describe('a text with numbers', () => {
  const choices = [
    [
      { id: 'a/b/c/d', label: '好' },
      { id: 'a/b/e/d', label: '不好' },
    ],
  ] as const;
  const limits = { maxBytes: 2048, links: true, offer: '7' };

  test('prints choices as links, and without links where they do not fit', () => {
    const message = { text: '选一个', choices };
    expect(numberedText(message, WORDS.sharePlace, limits).text).toContain('msgmenucontent=2&msgmenuid=7">2. 不好</a>');
    const many = { text: '选', choices: Array.from({ length: 30 }, (_, i) => [{ id: `x${i}`, label: `第${i}个` }]) };
    const long = numberedText(many, WORDS.sharePlace, limits);
    expect(long.text).not.toContain('<a');
    expect(long.text).toContain('30. 第29个');
    expect(long.choices).toHaveLength(30);
  });

  test.each([
    ['Chinese words', '楼', 20],
    ['families', '👨‍👩‍👧', 20],
    ['forged links', '<a href="x">', 20],
    ['Latin words', 'a ', 20],
    ['short choices', '楼', 1],
  ])('stays within the limit of bytes below a long text of %s', (_, word, letters) => {
    const url = `https://anlin.example/console/oauth/wecom?to=${'%2F'.repeat(20)}`;
    for (const count of [1, 5, 16])
      for (const length of [400, 482, 964, 1400]) {
        const text = word.repeat(length).slice(0, length);
        const numbered = Array.from({ length: count }, (_, i) => [{ id: `x${i}`, label: '楼'.repeat(letters) }]);
        const message = { text, choices: [...numbered, [{ id: 'u', label: '进后台', url }]], severalNumbers: '1 3 5' };
        for (const part of fitBytes(message)) {
          const { text: written } = numberedText(part, WORDS.sharePlace, limits);
          expect(Buffer.byteLength(written)).toBeLessThanOrEqual(2048);
        }
      }
  });

  test('says where several numbers may be typed at once', () => {
    const message = { text: '星期几有空？', choices, severalNumbers: '可以一次回几个数字，比如：1 3' };
    expect(numberedText(message, WORDS.sharePlace, limits).text).toMatch(
      /2\. 不好<\/a>\n\n可以一次回几个数字，比如：1 3$/,
    );
  });

  test('prints no numbers where a number is the answer', () => {
    const message = { text: '几个人？', choices, asksNumber: true } as const;
    const { text, words } = numberedText(message, WORDS.sharePlace, limits);
    expect(text).toContain('msgmenucontent=不好&msgmenuid=7">「不好」</a>');
    expect(text).not.toContain('1.');
    expect(words).toEqual(['好', '不好']);
    expect(numberedText(message, WORDS.sharePlace, { ...limits, links: false }).text).toContain('「不好」');
  });

  test('keeps words of people from becoming links', () => {
    const words = '<a href="weixin://bizmsgmenu?msgmenucontent=1">点我</a> </A> &amp; ]]> \\u4e95 👨‍👩‍👧 <b>x</b>';
    const { text } = numberedText({ text: words }, WORDS.sharePlace, limits);
    expect(text).not.toMatch(/<\/?a\b/i);
    expect(text).toContain('&amp; ]]> \\u4e95 👨‍👩‍👧 <b>x</b>');
  });
});
