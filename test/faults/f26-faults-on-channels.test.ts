import { cpSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Progress } from '../../src/broadcasts/sending/ledger.ts';
import { loadProgress } from '../../src/broadcasts/sending/ledger.ts';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { demoCityData } from '../../src/demo/city.ts';
import type { FaultKind } from '../../src/demo/tencent/faults.ts';
import type { WechatSimulator } from '../../src/demo/wechat/server.ts';
import { startWechatSimulator } from '../../src/demo/wechat/server.ts';
import { newContact } from '../../src/people/contact.ts';
import type { EmbeddedRedis } from '../../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { freePort } from '../../src/store/start/free-port.ts';
import type { Store } from '../../src/store/store.ts';
import { report as reportOnPage, urnOf } from '../addresses/by-phone.ts';
import { WebClient } from '../channels/web/web-client.ts';
import { memoryFolder } from '../memory-folder.ts';
import { WechatPhone } from '../wechat-phone.ts';
import { BotProcess } from './bot-process.ts';
import { committedMessages, expectInvariants, openStoreAt } from './invariants.ts';
import { scheduleBroadcast } from './schedule-broadcast.ts';
import { randomIntFrom, seedOf } from './seed.ts';

/** F1–F4, F10 and F11 on the web chat and on WeChat: one bot with both channels, the same promises as on Telegram. */
const KILLS = Number(process.env.F26_KILLS ?? 2);
const PEOPLE = { web: 150, wechat: 90 } as const;
const OFFSETS = 5;
/** The sender's limit: recipients of one process in flight. */
const IN_FLIGHT = 64;
const CITY = 'f26';
const SITE = 'https://anlin.example';
const SEND = '/cgi-bin/message/custom/send';
const TITLE = '今晚有大雨';

let folder: string;
let redis: EmbeddedRedis;
let redisPort: number;
let wechat: WechatSimulator;
let bot: BotProcess;
let botPort: number;
let store: Store & { close(): void };
const random = randomIntFrom(seedOf('F26'));

beforeAll(async () => {
  folder = memoryFolder('anlin-f26-');
  redisPort = await freePort();
  redis = await startRedis();
  store = await openStoreAt(redis.url, CITY);
  await saveCityData(store, demoCityData(), 'test', 0);
  wechat = await startWechatSimulator({
    port: 0,
    now: Date.now,
    answerWithinMs: 4000,
    account: { token: 'f26token', secret: '0'.repeat(32) },
  });
  botPort = await freePort();
  const { account } = wechat;
  bot = new BotProcess(join(folder, 'bot'), {
    REDIS_URL: redis.url,
    CITY,
    PORT: String(botPort),
    WEB_CHAT: 'yes',
    PUBLIC_URL: SITE,
    // So that kills meet an announcement under way; the web chat has no pace.
    SEND_RATE_BULK: '60',
    WECHAT_APPID: account.appid,
    WECHAT_SECRET: account.secret,
    WECHAT_TOKEN: account.token,
    WECHAT_AES_KEY: account.encodingAesKey,
    WECHAT_API_ROOT: wechat.url,
  });
  bot.start();
  await bot.untilReady();
  expect(await wechat.setCallback(`http://127.0.0.1:${botPort}/wechat`)).toBeUndefined();
}, 60_000);
afterAll(async () => {
  store.close();
  await bot.stop();
  await wechat.close();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const startRedis = () => startEmbeddedRedis(join(folder, 'redis'), { port: redisPort, password: 'f26' });

/** A browser that tries again while the server is away. */
function openBrowser(): WebClient {
  return new WebClient(SITE, async (request) => {
    for (let tries = 0; ; tries += 1) {
      const there = new Request(request.url.replace(SITE, `http://127.0.0.1:${botPort}`), request.clone());
      there.headers.set('x-forwarded-host', new URL(SITE).host);
      try {
        const answer = await fetch(there);
        if (answer.status !== 503 || request.method !== 'GET' || tries > 300) return answer;
      } catch (error) {
        if (tries > 300) throw error;
      }
      await sleep(50);
    }
  });
}

async function openPageThere(): Promise<WebClient> {
  const page = openBrowser();
  await page.start();
  await page.sees(/安邻/, 20_000);
  return page;
}

async function openFollower(): Promise<WechatPhone> {
  const phone = await WechatPhone.of(wechat.url);
  await phone.sees(/安邻/, 20_000);
  return phone;
}

async function reportInWechat(phone: WechatPhone): Promise<void> {
  const steps: readonly (readonly [string, RegExp])[] = [
    ['上报', /先跟您说明白/],
    ['同意基本处理', /哪一类|什么/],
    ['消防', /哪一种/],
    ['电动车飞线充电', /隐患在哪里/],
    ['湖边亭子旁', /哪一片/],
    ['不清楚', /都对就提交/],
    ['提交', /编号/],
  ];
  for (const [text, seen] of steps) {
    await phone.say(text);
    await phone.sees(seen, 20_000);
  }
}

const fromAccount = async (phone: WechatPhone) => (await phone.messages()).filter(({ from }) => from === 'account');
/** The keys of the sends in a chat's log: two entries of one key would be a message that came twice. */
const keysIn = async (of: Store, urn: Urn) =>
  (await of.redis.xrange(of.keys.webChat(urn), '-', '+')).map(([, fields]) => fields[1] ?? '');
const nothingWaits = () =>
  vi.waitFor(async () => expect(await store.redis.hlen(store.keys.outbox)).toBe(0), { timeout: 30_000, interval: 50 });

/** Messages of the bot that pages and phones have. Each page has each message once. */
async function received(pages: readonly WebClient[], phones: readonly WechatPhone[]) {
  let web = 0;
  for (const page of pages) {
    const keys = await keysIn(store, urnOf(page));
    expect(new Set(keys).size, 'a page has no message twice').toBe(keys.length);
    web += keys.length;
  }
  const counts = await Promise.all(phones.map(fromAccount));
  return web + counts.reduce((all, { length }) => all + length, 0);
}

/** Kills the bot and waits until the next process is ready. */
async function killBot(): Promise<void> {
  const [before, ready] = [bot.deaths, bot.output.split('is running').length];
  bot.kill();
  await expect.poll(() => bot.deaths, { timeout: 10_000, interval: 10 }).toBe(before + 1);
  await expect.poll(() => bot.output.split('is running').length, { timeout: 20_000, interval: 20 }).toBe(ready + 1);
}

const sum = ({ counts }: Progress) => Object.values(counts).reduce((all, n) => all + n, 0);

test(`F11: after ${KILLS} kills during an announcement each recipient of both channels counts once, and none gets it twice`, {
  timeout: 120_000,
}, async () => {
  // Every third WeChat person has an open window, every third a closed one, and every third is unknown to the account.
  const pages = Array.from({ length: PEOPLE.web }, (_, i): Urn => `web:${String(i).padStart(22, '0')}`);
  const openids = Array.from({ length: PEOPLE.wechat }, (_, i) => `o${String(i).padStart(27, '0')}`);
  const batch = store.redis.pipeline();
  // Without quiet hours, so that the test passes at any time of day.
  const contact = JSON.stringify({ ...newContact('zh-CN', Date.now()), quiet: { from: 0, until: 0 } });
  for (const urn of [...pages, ...openids.map((id): Urn => `wechat:${id}`)]) {
    batch.hset(store.keys.person(urn), { version: 1, contact });
    batch.zadd(store.keys.personsDue, Date.now() + 1e10, urn);
    batch.zadd(store.keys.persons, 0, urn);
  }
  await batch.exec();
  for (const [i, id] of openids.entries()) {
    const windows = i % 3 === 1 ? [] : [{ left: 5, until: Date.now() + 1e8 }];
    if (i % 3 < 2) wechat.world.people.put(id, { id, name: '居民', follows: true, windows, consents: {} });
    if (i % 3 !== 1) await store.redis.anlinOpenWindow(1, store.keys.wechatWindow(`wechat:${id}`), 'said', Date.now());
  }
  const total = PEOPLE.web + PEOPLE.wechat;
  const third = PEOPLE.wechat / 3;

  const run = await scheduleBroadcast(store, 'announcement', total);
  const until = async (holds: (progress: Progress) => boolean): Promise<Progress> => {
    for (const end = Date.now() + 60_000; ; ) {
      const progress = await loadProgress(store, run);
      if (progress && holds(progress)) return progress;
      if (Date.now() > end) throw new Error(`It stands at ${JSON.stringify(progress)}.\n${bot.output.slice(-2000)}`);
      await sleep(5);
    }
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    // The first kill meets the pages, the others the WeChat phones.
    await until((progress) => sum(progress) >= (kill === 0 ? 10 : PEOPLE.web + (PEOPLE.wechat * kill) / (KILLS + 1)));
    await killBot();
  }
  const ended = await until(({ state }) => state === 'ended');
  const { delivered = 0, failed_gone: gone = 0, unknown = 0 } = ended.counts;
  const [waiting, unread] = [ended.ways.wechat?.waiting ?? 0, ended.ways.web?.waiting ?? 0];
  expect([sum(ended), ended.left]).toEqual([total, 0]);
  expect(unknown).toBeLessThanOrEqual(KILLS * IN_FLIGHT);
  expect([waiting, gone].map((n) => n <= third && n + unknown >= third)).toEqual([true, true]);
  const ofPages = await Promise.all(pages.map(async (urn) => (await keysIn(store, urn)).length));
  const onPhones = (id: string) =>
    wechat.world.messages
      .all()
      .filter(({ chat, parts = [] }) => chat === id && parts.some(({ text }) => text.includes(TITLE))).length;
  const ofPhones = openids.map(onPhones);
  expect(Math.max(...ofPages, ...ofPhones), 'none gets it twice').toBe(1);
  const reached = [...ofPages, ...ofPhones].reduce((all, n) => all + n, 0);
  // No page was opened.
  expect(reached).toBeGreaterThanOrEqual(delivered + unread);
  expect(reached).toBeLessThanOrEqual(delivered + unread + unknown);

  // What waits for a closed window comes with the person's next words, once, and counts then.
  const held = openids.filter((id, i) => i % 3 === 1 && onPhones(id) === 0);
  const lists = await Promise.all(held.map((id) => store.redis.llen(store.keys.held(`wechat:${id}`))));
  const [one = ''] = held.filter((_, i) => lists[i] === 1);
  expect(lists.filter((n) => n === 1)).toHaveLength(waiting);
  await fetch(`${wechat.url}/sim/people/${one}/send`, { method: 'POST', headers: JSON_TYPE, body: '{"text":"帮助"}' });
  await vi.waitFor(() => expect(onPhones(one)).toBe(1), { timeout: 10_000 });
  await nothingWaits();
  await until(({ counts }) => counts.delivered === delivered + 1 && counts.waiting === waiting + unread - 1);
  expect(onPhones(one)).toBe(1);
  await expectInvariants(store);
});

const JSON_TYPE = { 'content-type': 'application/json' };

test.each([
  ['the bot', 1],
  ['the bot between a send and its record', 2],
  ['Redis', 0],
] as const)(
  'F1, F3: kill -9 of %s during a report on each channel: one case each, no reply lost',
  {
    timeout: 90_000,
  },
  async (what, deaths) => {
    const before = [bot.deaths, await committedMessages(store)] as const;
    const isArmed = deaths === 2;
    if (isArmed) {
      // The page has the message, and the next process sends it again.
      bot.next = { CRASH_AT: 'after_send:5' };
      await killBot();
    }
    const [page, phone] = [await openPageThere(), await openFollower()];
    const reporting = (isArmed ? reportOnPage(page) : Promise.all([reportOnPage(page), reportInWechat(phone)])).catch(
      (error) => {
        throw new Error(`${error.message}\n${bot.output.slice(-3000)}`);
      },
    );
    await sleep(isArmed ? 0 : 150);
    if (what === 'the bot') {
      await killBot();
    } else if (what === 'Redis') {
      process.kill(redis.pid, 'SIGKILL');
      await sleep(300);
      redis = await startRedis();
    }
    await reporting;
    if (isArmed) await reportInWechat(phone);
    await nothingWaits();
    expect(bot.deaths, bot.output).toBe(before[0] + deaths);
    for (const urn of [urnOf(page), urnOf(phone)]) expect(await loadOwnCases(store, urn)).toHaveLength(1);
    const twice = (await received([page], [phone])) - ((await committedMessages(store)) - before[1]);
    expect(twice, 'no reply is lost').toBeGreaterThanOrEqual(0);
    expect(twice, 'replies that came twice').toBeLessThanOrEqual(isArmed ? 0 : 1);
    await expectInvariants(store);
  },
);

test(`F2: ${KILLS} kills while people of both channels write: each update takes effect once and no reply is lost`, {
  timeout: 120_000,
}, async () => {
  const before = await committedMessages(store);
  const pages = await Promise.all(Array.from({ length: 6 }, openPageThere));
  const phones = await Promise.all(Array.from({ length: 6 }, openFollower));
  const all = [...pages, ...phones];
  const words = ['上报', '同意', '消防', '帮助', '返回', '3', '取消', '井盖没了', '谢谢', '我的'];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const writing = Promise.all(all.map((one) => one.say(words[random(words.length)] ?? '')));
    await sleep(random(100));
    await killBot();
    await writing;
    // The platform tries again after its time for an answer; the next words come after that.
    await expect
      .poll(async () => Promise.all(all.map(versionOf)), { timeout: 20_000, interval: 100 })
      .toEqual(all.map(() => kill + 2));
  }
  await nothingWaits();
  const twice = (await received(pages, phones)) - ((await committedMessages(store)) - before);
  expect(twice, 'no reply is lost').toBeGreaterThanOrEqual(0);
  expect(twice, 'replies that came twice').toBeLessThanOrEqual(phones.length * KILLS);
  expect(await store.redis.xlen(store.keys.outboxDead)).toBe(0);
  await expectInvariants(store);
});

/** One operation for the first act, and one for each later one. */
const versionOf = async (one: WebClient | WechatPhone) =>
  Number(await store.redis.hget(store.keys.person(urnOf(one)), 'version'));

test('F10: a reply that WeChat does not accept is sent again or dropped as it asks, and the web chat goes on meanwhile', {
  timeout: 120_000,
}, async () => {
  const [page, phone] = [await openPageThere(), await openFollower()];
  const refusals: readonly (readonly [kind: FaultKind, times: readonly number[], status?: number])[] = [
    ['lost', [2]],
    ['slow', [1]],
    ['html', [1, 2], 502],
    ['token_gone', [1]],
    ['refused_connection', [1, 2]],
    // An answer of the turn is worthless once its window is closed.
    ['closed', [0]],
  ];
  for (const [kind, times, status] of refusals) {
    const before = (await fromAccount(phone)).length;
    if (kind === 'refused_connection') {
      await phone.say('帮助');
      const again = await wechat.stopListening();
      await sleep(1200);
      await again();
    } else {
      wechat.faults.add({ path: SEND, kind, times: 1, status, ...(kind === 'slow' ? { delay_ms: 300 } : {}) });
      await phone.say('帮助');
    }
    await expect.poll(() => versionOf(phone), { timeout: 10_000 }).toBe(refusals.findIndex(([k]) => k === kind) + 2);
    await nothingWaits();
    expect(times, kind).toContain((await fromAccount(phone)).length - before);
  }
  // A limit of a minute holds all of WeChat, not the web chat; the reply waits in the store.
  const [before, committed] = [(await fromAccount(phone)).length, (await page.log()).entries.length];
  wechat.faults.add({ path: SEND, kind: 'wait', times: 1 });
  await phone.say('帮助');
  const pause = async () => Number(await store.redis.hget(store.keys.pace, 'paused_until/wechat')) - Date.now();
  await expect.poll(pause, { timeout: 10_000 }).toBeGreaterThan(50_000);
  await page.say('帮助');
  await page.sees(/我能帮您/);
  expect((await page.log()).entries.length).toBe(committed + 1);
  await killBot();
  expect([await store.redis.hlen(store.keys.outbox), (await fromAccount(phone)).length]).toEqual([1, before]);
  // The minute is over.
  await store.redis.hdel(store.keys.pace, 'paused_until/wechat', 'paused_ms/wechat');
  await store.redis.zadd(store.keys.outboxReady, 0, urnOf(phone));
  await nothingWaits();
  expect((await fromAccount(phone)).length).toBe(before + 1);
  await expectInvariants(store);
});

test(`F4: a power cut at any of ${OFFSETS} places in the file of both channels leaves no operation half done`, {
  timeout: 60_000,
}, async () => {
  await bot.stop();
  const logs = await store.redis.keys(store.keys.webChat('web:*'));
  const lengths = new Map(await Promise.all(logs.map(async (key) => [key, await store.redis.xlen(key)] as const)));
  store.close();
  await redis.stop();
  const original = join(folder, 'redis');
  const files = join(original, 'appendonlydir');
  const aof = readdirSync(files).findLast((file) => file.endsWith('.incr.aof')) ?? '';
  const { size } = statSync(join(files, aof));
  let entries = 0;
  for (let i = 0; i < OFFSETS; i += 1) {
    const copy = join(folder, `cut-${i}`);
    cpSync(original, copy, { recursive: true });
    truncateSync(join(copy, 'appendonlydir', aof), Math.floor((size * (i + 1)) / (OFFSETS + 1)) + random(200));
    const cut = await startEmbeddedRedis(copy);
    const there = await openStoreAt(cut.url, CITY);
    await expectInvariants(there);
    for (const key of await there.redis.keys(there.keys.webChat('web:*'))) {
      const kept = await there.redis.xrange(key, '-', '+');
      expect(kept.map(([id]) => Number.parseInt(id, 10))).toEqual(kept.map((_, n) => n + 1));
      expect(kept.length).toBeLessThanOrEqual(lengths.get(key) ?? 0);
      entries += kept.length;
    }
    there.close();
    await cut.stop();
    rmSync(copy, { recursive: true });
  }
  expect(entries, 'some cuts came after messages of a page').toBeGreaterThan(0);
  redis = await startRedis();
  store = await openStoreAt(redis.url, CITY);
});
