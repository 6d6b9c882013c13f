import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MINUTE_MS } from '../../src/calendar.ts';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { commitAndNotify } from '../../src/notify/notify.ts';
import { loadPerson } from '../../src/people/person-store.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { codeOn, join, openPage, openWechat, report, urnOf } from './by-phone.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ wechat: true });
});
afterAll(() => app.close());

const tell = (to: Urn, op: string) =>
  commitAndNotify(
    { what: 'told', op, checks: [], writes: [] },
    [{ to, said: { key: 'common:thanks' } }],
    app.running.services,
  );

test('a report by the web page is followed in WeChat after a code and a yes from the page', async () => {
  const [page, phone] = [await openPage(app), await openWechat(app)];
  await report(page);
  await join(page, phone);
  const { store } = app.running;
  const wechat: Urn = `wechat:${phone.id}`;
  await phone.say('我的上报');
  await phone.sees(/电动车飞线充电/);
  await phone.say('我的数据');
  await phone.sees(/连着的地方：网页、微信/);
  await phone.say('我的上报');
  await phone.sees(/电动车飞线充电/);
  // One person: once in the list of all people, and the case belongs to the first address.
  expect(await store.redis.zscore(store.keys.persons, wechat)).toBeNull();
  expect(await loadOwnCases(store, urnOf(page))).toHaveLength(1);
  expect(await loadOwnCases(store, wechat)).toEqual([]);
  // News goes where the person spoke last, and an answer where they speak.
  const before = (await page.log()).entries.length;
  await tell(urnOf(page), 'news-1');
  await phone.sees(/不客气|谢/);
  expect((await page.log()).entries.length).toBe(before);
  await page.say('帮助');
  await vi.waitFor(async () => expect((await page.bubbles()).some(({ text }) => /我能帮您/.test(text))).toBe(true));
  await app.settle();
  const helped = (await page.log()).entries.length;
  await tell(urnOf(page), 'news-2');
  await vi.waitFor(async () => expect((await page.log()).entries.length).toBe(helped + 1));
  await app.settle();
  await expectInvariants(store);
});

test('the same words at both places at once are answered at both', async () => {
  const [page, phone] = [await openPage(app), await openWechat(app)];
  await join(page, phone);
  await phone.say('上报');
  await phone.sees(/同意基本处理/);
  await page.say('上报');
  await page.sees(/还有一份没填完/);
});

test('an address that is gone is passed over, and /forget takes all addresses', async () => {
  const [page, phone] = [await openPage(app), await openWechat(app)];
  await join(page, phone);
  const { store } = app.running;
  const wechat: Urn = `wechat:${phone.id}`;
  await phone.say('帮助');
  await phone.sees(/我能帮您/);
  await phone.act('unfollow');
  await vi.waitFor(async () =>
    expect(await store.redis.hget(store.keys.person(wechat), 'gone')).toBe('blocked the bot'),
  );
  const before = (await page.log()).entries.length;
  await tell(urnOf(page), 'news-3');
  await vi.waitFor(async () => expect((await page.log()).entries.length).toBe(before + 1));
  await page.say('/forget');
  await vi.waitFor(() => page.tap('删掉'), { timeout: PATIENCE_MS });
  await vi.waitFor(() => page.tap('确定删掉'), { timeout: PATIENCE_MS });
  await vi.waitFor(async () =>
    expect(await store.redis.exists(store.keys.person(wechat), store.keys.person(urnOf(page)))).toBe(0),
  );
});

test('a code links no address after a no, and neither does a wrong, own, used or old one', async () => {
  const [page, phone, other] = [await openPage(app), await openWechat(app), await openWechat(app)];
  const { store } = app.running;
  const code = await codeOn(page);
  await page.say(`连 ${code}`);
  await page.sees(/就是这边要的/);
  await phone.say(`连${code.replace('-', '').toLowerCase()}`);
  await phone.sees(/在另一边问您了/);
  await other.say(`连 ${code}`);
  await other.sees(/不对/);
  await page.sees(/是您本人吗/);
  await page.tap('看一下');
  await page.sees(/您本人在微信上/);
  await page.tap('不是我');
  await page.sees(/没有连/);
  await phone.sees(/没有连上/);
  expect((await loadPerson(store, `wechat:${phone.id}`)).urn).toBe(`wechat:${phone.id}`);
  const late = await codeOn(page);
  await store.redis.del(...(await store.redis.keys('*link-code:*')));
  await app.advance(11 * MINUTE_MS);
  await phone.say(`连 ${late}`);
  await phone.sees(/不对，或者过了时间/);
  for (let i = 0; i < 4; i += 1) await phone.say('连 AAAA-BBBB');
  await phone.say('连 AAAA-BBBC');
  await phone.sees(/请过 \d+ 分钟再试/);
});
