import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MINUTE_MS } from '../../src/calendar.ts';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { addressOf } from '../../src/channels/web/identity.ts';
import { commitAndNotify } from '../../src/notify/notify.ts';
import { loadPerson } from '../../src/people/person-store.ts';
import { WebClient } from '../channels/web/web-client.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { WechatPhone } from '../wechat-phone.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ wechat: true });
});
afterAll(() => app.close());

const openPage = async () => {
  const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
  await page.start();
  await page.sees(/安邻/);
  return page;
};
const openWechat = async () => {
  const phone = await WechatPhone.of(app.wechat?.url ?? '');
  await phone.sees(/安邻/);
  return phone;
};
const urnOf = ({ cookie }: WebClient): Urn => addressOf(cookie?.split('=')[1]) ?? 'web:none';
const codeOn = async (page: WebClient) => {
  await page.say('在别处继续');
  const { text } = await page.sees(/连 \w{4}-\w{4}/);
  return /连 (\w{4}-\w{4})/.exec(text)?.[1] ?? '';
};
const report = async (page: WebClient) => {
  await page.say('上报');
  await page.sees(/先跟您说明白/);
  await page.tap('同意基本处理');
  await page.sees(/哪一类|什么/);
  await page.tap('消防');
  await vi.waitFor(() => page.tap('电动车飞线充电'), { timeout: 3000 });
  await page.sees(/隐患在哪里/);
  await page.say('湖边亭子旁');
  await page.sees(/哪一片/);
  await page.tap('不清楚');
  await page.sees(/都对就提交/);
  await page.tap('✅ 提交');
  await page.sees(/编号/);
};
/** Joins a WeChat phone to the person of a page. */
const join = async (page: WebClient, phone: WechatPhone) => {
  await phone.say(`连 ${await codeOn(page)}`);
  await phone.sees(/在另一边问您了/);
  await page.sees(/是您本人吗/);
  await page.tap('看一下');
  await page.sees(/您本人在微信上打了连接码/);
  await page.tap('是我');
  await page.sees(/连上了/);
  await phone.sees(/连上了/);
};
const tell = (to: Urn, op: string) =>
  commitAndNotify(
    { what: 'told', op, checks: [], writes: [] },
    [{ to, said: { key: 'common:thanks' } }],
    app.running.services,
  );

test('a report by the web page is followed in WeChat after a code and a yes from the page', async () => {
  const [page, phone] = [await openPage(), await openWechat()];
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

test('an address that is gone is passed over, and /forget takes all addresses', async () => {
  const [page, phone] = [await openPage(), await openWechat()];
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
  await vi.waitFor(() => page.tap('删掉'), { timeout: 3000 });
  await vi.waitFor(() => page.tap('确定删掉'), { timeout: 3000 });
  await vi.waitFor(async () =>
    expect(await store.redis.exists(store.keys.person(wechat), store.keys.person(urnOf(page)))).toBe(0),
  );
});

test('a code links no address after a no, and neither does a wrong, own, used or old one', async () => {
  const [page, phone, other] = [await openPage(), await openWechat(), await openWechat()];
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
  await phone.sees(/一个小时/);
});

test('an address with reports of its own is not joined to another person', async () => {
  const [page, second] = [await openPage(), await openPage()];
  await report(second);
  await second.say(`连 ${await codeOn(page)}`);
  await second.sees(/请反过来/);
});
