import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/calendar.ts';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { waitOf, wrongCodeWrites } from '../../src/people/link/wrong-codes.ts';
import { loadPerson } from '../../src/people/person-store.ts';
import type { WebClient } from '../channels/web/web-client.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { openPage, openWechat, report, urnOf } from './by-phone.ts';
import { keysNaming } from './keys-naming.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ wechat: true });
});
afterAll(() => app.close());

const CODE = /[0-9A-Z]{5}-[0-9A-Z]{5}/;
const readCode = (text: string) => CODE.exec(text)?.[0] ?? '';
const codeOn = async (page: WebClient) => {
  await page.say('我的返回码');
  return readCode((await page.sees(/您的返回码/)).text);
};
const codesKept = async () => {
  const { redis, keys } = app.running.store;
  return (await redis.keys(keys.returnCode('*'))).length;
};

test('a return code makes a new browser the same person without a yes from the lost one, once', async () => {
  const { store } = app.running;
  const lost = await openPage(app);
  await report(lost);
  // Offered after the first report, and never again.
  await lost.sees(/凭一个返回码就能接上/);
  await lost.tap('要个返回码');
  const code = readCode((await lost.sees(/您的返回码/)).text);
  expect(code).toMatch(/^[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}$/);
  await lost.say('上报');
  await lost.sees(/哪一类|什么/);
  await lost.tap('消防');
  await vi.waitFor(() => lost.tap('电动车飞线充电'), { timeout: PATIENCE_MS });
  await lost.sees(/湖边亭子旁|隐患在哪里/);
  await lost.say('南门外');
  await lost.sees(/哪一片|都对就提交/);
  await lost.tap('不清楚').catch(() => {});
  await lost.sees(/都对就提交/);
  await lost.tap('✅ 提交');
  await lost.sees(/编号/);
  await app.settle();
  expect(await keysNaming(store, code)).toEqual([]);
  expect(await keysNaming(store, code.replace('-', ''))).toEqual([]);

  // A half-done report of the new browser moves along. Small letters, full width, spaces and dashes are understood.
  const fresh = await openPage(app);
  await fresh.say('上报');
  await fresh.sees(/先跟您说明白/);
  await fresh.tap('同意基本处理');
  await fresh.sees(/哪一类|什么/);
  const loose = [...code.toLowerCase().replace('-', '－')]
    .join(' ')
    .replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  await fresh.say(`返 ${loose}`);
  await fresh.sees(/找到您以前的记录了/);
  await fresh.tap('接上');
  const next = readCode((await fresh.sees(/欢迎回来/)).text);
  expect(next).toMatch(CODE);
  expect(next).not.toBe(code);
  await lost.sees(/有人用您的返回码/);
  const person = await loadPerson(store, urnOf(fresh));
  expect(person).toMatchObject({ urn: urnOf(lost), address: urnOf(fresh) });
  expect(person.contact?.addresses?.map(({ urn }) => urn)).toEqual([urnOf(fresh)]);
  expect(person.contact?.speaks).toBe(urnOf(fresh));
  expect(person.talks.paused.map(({ flow }) => flow)).toEqual(['report-hazard']);
  expect(await loadOwnCases(store, urnOf(lost))).toHaveLength(2);
  await fresh.say('我的上报');
  await fresh.sees(/您上报的/);
  expect(await store.redis.zscore(store.keys.persons, urnOf(fresh))).toBeNull();

  // The used code is void, and the other address takes the new one off.
  const thief = await openPage(app);
  await thief.say(code);
  await thief.sees(/这个码不对/);
  await lost.tap('看看，拿掉');
  await lost.sees(/要拿掉哪一个/);
  await lost.say('2');
  await lost.sees(/拿掉网页/);
  await lost.tap('拿掉');
  await lost.hasSeen(/那边拿掉了/);
  expect((await loadPerson(store, urnOf(fresh))).contact).toBeUndefined();
  expect((await loadPerson(store, urnOf(lost))).contact?.addresses).toBeUndefined();
  await app.settle();
  await expectInvariants(store);
});

test('what a new browser has reported moves to the person of the code', async () => {
  const { store } = app.running;
  const [lost, fresh] = [await openPage(app), await openPage(app)];
  await report(fresh);
  const code = await codeOn(lost);
  const kept = await codesKept();
  // Alone, without the word, outside any talk.
  await fresh.say(code.replace('-', ' ').toLowerCase());
  await fresh.sees(/找到您以前的记录了/);
  await fresh.tap('不接');
  await fresh.sees(/没有接/);
  await fresh.say(`返回码：${code}`);
  await fresh.sees(/找到您以前的记录了/);
  await fresh.tap('接上');
  await fresh.sees(/欢迎回来/);
  expect(await loadOwnCases(store, urnOf(lost))).toHaveLength(1);
  expect(await loadOwnCases(store, urnOf(fresh))).toEqual([]);
  expect(await codesKept()).toBe(kept);
  await app.settle();
  await expectInvariants(store);
});

test('a new code voids the one before, it expires after 400 days, and /forget deletes it', async () => {
  const { store } = app.running;
  const page = await openPage(app);
  const before = await codesKept();
  const first = await codeOn(page);
  const { contact } = await loadPerson(store, urnOf(page));
  expect(await store.redis.pttl(store.keys.returnCode(contact?.returns ?? ''))).toBeGreaterThan(399 * 86_400_000);
  await page.say('我的数据');
  await page.sees(/我存着这些/);
  await page.tap('要个返回码');
  const second = readCode((await page.sees(/您的返回码/)).text);
  expect(second).not.toBe(first);
  expect(await codesKept()).toBe(before + 1);
  const other = await openPage(app);
  await other.say(first);
  await other.sees(/这个码不对/);
  await page.say('/forget');
  await page.sees(/要我把您忘掉吗/);
  await page.tap('删掉');
  await page.sees(/真的都删掉吗/);
  await page.tap('确定删掉');
  await page.sees(/都删掉了/);
  expect(await codesKept()).toBe(before);
  await other.say(`返 ${second}`);
  await other.sees(/这个码不对/);
});

test('five wrong codes of a browser end its tries for an hour, also with the right one', async () => {
  const [owner, page] = [await openPage(app), await openPage(app, '203.0.112.1')];
  const code = await codeOn(owner);
  for (const wrong of ['22222-33333', '22222-44444', '22222-55555', '22222-66666', '22222-77777']) {
    await page.say(`返 ${wrong}`);
    await page.sees(/这个码不对/);
  }
  await page.say(`返 ${code}`);
  await page.sees(/请过 \d+ 分钟再试/);
});

test('one stranger with many browsers is stopped after six wrong codes; a neighbour comes back ten minutes later', async () => {
  const owner = await openPage(app);
  const code = await codeOn(owner);
  // The beginning of ten minutes: the tries fall into them.
  const tenMinutes = 10 * MINUTE_MS;
  await app.advance(tenMinutes - (app.running.services.now() % tenMinutes) + 1000);
  for (const [last, tries] of [
    [1, 5],
    [2, 1],
  ] as const) {
    const page = await openPage(app, `203.0.113.${last}`);
    for (let i = 2; i < 2 + tries; i += 1) {
      await page.say(`返 33333-${String(i).repeat(5)}`);
      await page.sees(/这个码不对/);
    }
  }
  const third = await openPage(app, '203.0.113.3');
  await third.say(`返 ${code}`);
  await third.sees(/请过 10 分钟再试/);
  // The limit of joining codes is the same one.
  await third.say('连 AAAA-BBBB');
  await third.sees(/请过 10 分钟再试/);
  const neighbour = await codeOn(await openPage(app));
  await app.advance(tenMinutes);
  await third.say(`返 ${neighbour}`);
  await third.sees(/找到您以前的记录了/);
  await third.tap('接上');
  await third.sees(/欢迎回来/);
  const honest = await openPage(app, '203.0.114.3');
  await honest.say(`返 ${code}`);
  await honest.sees(/找到您以前的记录了/);
  await honest.tap('接上');
  await honest.sees(/欢迎回来/);
  expect(await keysNaming(app.running.store, '203.0.113')).toEqual([]);
});

test('a stranger with 256 blocks leaves tries to all others, and the guesses of the city are bounded', async () => {
  const { store } = app.running;
  // An hour of its own: the count of another test plays no part.
  const hour = 1000 * HOUR_MS;
  const guess = async (address: Urn, block?: string, now = hour): Promise<number> => {
    if ((await waitOf(store, { address, block }, now)) > 0) return 0;
    const writing = store.redis.multi();
    for (const [command, ...rest] of wrongCodeWrites(store, { address, block }, now)) writing.call(command, ...rest);
    await writing.exec();
    return 1;
  };
  let guesses = 0;
  for (let i = 0; i < 256 * 7; i += 1) guesses += await guess(`web:${i}`, `2001:db8:1:${i % 256}`);
  expect(guesses).toBe(6 * 256);
  expect(await waitOf(store, { address: 'web:honest', block: '203.0.114' }, hour)).toBe(0);
  expect(await waitOf(store, { address: 'wechat:honest' }, hour)).toBe(0);
  // A neighbour of the stranger waits for ten minutes at most, and one try of the block follows in each ten.
  const waitsAt = (minutes: number, address: Urn = 'web:neighbour') =>
    waitOf(store, { address, block: '2001:db8:1:0' }, hour + minutes * MINUTE_MS);
  expect([await waitsAt(0), await waitsAt(3), await waitsAt(10)]).toEqual([10, 7, 0]);
  let more = 0;
  for (let minute = 0; minute < 60; minute += 1)
    more += await guess(`web:more${minute}`, '2001:db8:1:0', hour + minute * MINUTE_MS);
  expect(more).toBe(5);
  // A channel that sees no network address has the limit of the address, to the end of the hour.
  let alone = 0;
  for (let i = 0; i < 7; i += 1) alone += await guess('wechat:stranger');
  expect(alone).toBe(5);
  expect(await waitOf(store, { address: 'wechat:stranger' }, hour + 15 * MINUTE_MS)).toBe(45);
  const tries = store.keys.linkTries(1000);
  expect(await store.redis.hget(tries, 'city')).toBe(String(6 * 256 + 10));
  await store.redis.hset(tries, 'city', 4999);
  expect(await guess('web:botnet', '198.51.100')).toBe(1);
  expect(await waitOf(store, { address: 'web:honest', block: '203.0.114' }, hour)).toBe(60);
  expect(await waitOf(store, { address: 'web:honest', block: '203.0.114' }, hour + HOUR_MS)).toBe(0);
});

test('an address that its channel remembers gets no code and takes none', async () => {
  const [page, phone] = [await openPage(app), await openWechat(app)];
  const code = await codeOn(page);
  await phone.say('我的返回码');
  await phone.sees(/什么时候来都认得您/);
  await phone.say(`返 ${code}`);
  await phone.sees(/返回码要在网页里用/);
  expect((await loadPerson(app.running.store, urnOf(page))).contact?.addresses).toBeUndefined();
});
