import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BellConfig } from '../../../src/config.ts';
import type { FaultKind } from '../../../src/demo/tencent/faults.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import { WechatPhone } from '../../wechat-phone.ts';
import type { WechatStage } from './stage.ts';
import { openWechatStage } from './stage.ts';

const BELL: BellConfig = {
  kind: 'template',
  template: 'anlin-bell-0000000000000000000000000000000002',
  fields: { thing1: 'what', time2: 'when', thing3: 'hint' },
  perDay: 3,
};
const LONG_TERM = 'anlin-news-0000000000000000000000000000000001';
const CLOSED = { type: 'closed', why: 'window', reopens: 'inbound' } as const;
const TWO_DAYS_S = 48 * 3600;

let app: TestApp;
let stage: WechatStage;
beforeAll(async () => {
  app = await openTestApp();
  stage = await openWechatStage(app.running.store, { bell: BELL });
});
afterAll(async () => {
  await stage.close();
  await app.close();
});

let sent = 0;
const news = (phone: WechatPhone, { channel }: WechatStage = stage, isNews = true) => {
  sent += 1;
  return channel.send(`wechat:${phone.id}`, { text: '您的上报办好了', ...(isNews ? { isNews } : {}) }, `key-${sent}`);
};
const bells = async (phone: WechatPhone) =>
  (await phone.messages()).flatMap(({ card }) =>
    card ? [Object.fromEntries(card.rows.map((r) => [r.label, r.value]))] : [],
  );
/** A follower whose window is over. */
const awayPhone = async (on: WechatStage = stage) => {
  const phone = await WechatPhone.of(on.simulator.url);
  on.passes(TWO_DAYS_S + 1);
  return phone;
};

test('news at a closed window rings once, in fixed words, and again only after the person has acted', async () => {
  const phone = await awayPhone();
  for (let i = 0; i < 3; i += 1) expect(await news(phone)).toEqual(CLOSED);
  const [bell, ...more] = await bells(phone);
  expect(more).toEqual([]);
  expect(bell).toEqual({
    内容: '您关心的事有新消息',
    时间: expect.stringMatching(/^\d{4}年\d+月\d+日 \d\d:\d\d$/),
    怎么看: '回复任意一个字就能看到',
  });
  // A reply that is worth nothing later does not ring.
  const other = await awayPhone();
  expect(await news(other, stage, false)).toEqual(CLOSED);
  expect(await bells(other)).toEqual([]);
  stage.passes(24 * 3600);
  const state = app.running.store;
  await state.redis.del(state.keys.wechatBell(`wechat:${phone.id}`));
  await news(phone);
  expect(await bells(phone)).toHaveLength(2);
});

test('the account rings no more often than its budget of a day; the operator reads so', async () => {
  stage.passes(2 * 24 * 3600);
  const phones = [];
  for (let i = 0; i < BELL.perDay + 1; i += 1) phones.push(await WechatPhone.of(stage.simulator.url));
  stage.passes(TWO_DAYS_S + 1);
  for (const phone of phones) await news(phone);
  const rung = await Promise.all(phones.map(bells));
  expect(rung.map((all) => all.length)).toEqual([1, 1, 1, 0]);
  expect(stage.channel.trouble()).toContain('WECHAT_TEMPLATE_PER_DAY');
  // The next day has a budget of its own.
  stage.passes(24 * 3600);
  await news(phones[3] as WechatPhone);
  expect(await bells(phones[3] as WechatPhone)).toHaveLength(1);
});

test.each([
  ['the day quota of the platform is used up', { kind: 'quota' as FaultKind }, undefined, 1],
  ['the template is unknown', { kind: 'refused' as FaultKind, errcode: 40037 }, 'WECHAT_TEMPLATE', 1],
  ['its words are blocked', { kind: 'refused' as FaultKind, errcode: 40249 }, 'WECHAT_TEMPLATE', 1],
  ['the person refuses notices', { kind: 'refused' as FaultKind, errcode: 43101 }, undefined, 0],
  ['the answer is lost', { kind: 'lost' as FaultKind }, undefined, 1],
])('the news waits all the same, and no second bell follows at once: %s', async (_, fault, trouble, later) => {
  const own = await openWechatStage(app.running.store, { bell: { ...BELL, perDay: 100 } });
  const phone = await awayPhone(own);
  own.simulator.faults.add({ path: '/cgi-bin/message/template/send', times: 1, ...fault });
  expect(await news(phone, own)).toEqual(CLOSED);
  expect(await news(phone, own)).toEqual(CLOSED);
  const atOnce = (await bells(phone)).length;
  expect(atOnce).toBe(fault.kind === 'lost' ? 1 : 0);
  expect(own.channel.trouble() ?? '').toContain(trouble ?? '');
  // A curable refusal ends after half an hour.
  own.passes(1801);
  await news(phone, own);
  expect((await bells(phone)).length).toBe(later);
  await own.close();
});

test('a subscription notice rings only for those who agreed to it', async () => {
  const fields = { thing1: 'what', thing2: 'hint', time3: 'when' } as const;
  const bell = { ...BELL, kind: 'subscription', template: LONG_TERM, perDay: 100, fields } as const;
  const account = {
    templates: { [LONG_TERM]: { title: '通知', fields: { thing1: '内容', thing2: '怎么看', time3: '时间' } } },
  };
  const own = await openWechatStage(app.running.store, { bell });
  Object.assign(own.simulator.account, account);
  const [yes, no] = [await WechatPhone.of(own.simulator.url), await WechatPhone.of(own.simulator.url)];
  await yes.act('consent', { template_id: LONG_TERM });
  own.passes(TWO_DAYS_S + 1);
  for (const phone of [yes, no]) expect(await news(phone, own)).toEqual(CLOSED);
  expect([(await bells(yes)).length, (await bells(no)).length]).toEqual([1, 0]);
  await own.close();
});
