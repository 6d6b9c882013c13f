import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import type { EmbeddedRedis } from '../../src/store/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/embedded.ts';
import { Phone } from '../phone.ts';
import { BotProcess, randomFrom, seedOf } from './bot-process.ts';
import { committedMessages, expectInvariants, lookInto } from './invariants.ts';

const KILLS = Number(process.env.F2_KILLS ?? 20);
/** Each writes once before every kill. */
const PEOPLE = 100;
/** What one process may have in hand when it dies, as the relay bounds it. */
const IN_FLIGHT = 100;
const WORDS = [
  '/start',
  '上报',
  '同意',
  '消防',
  '/help',
  '返回',
  '3',
  '取消',
  '接着填',
  '井盖没了',
  '谢谢',
  '我的',
  '不要了',
  '你好',
  '在吗',
  '帮助',
  '没有',
  '2',
  '道路交通',
  '算了',
];

let folder: string;
let redis: EmbeddedRedis;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-f2-'));
  redis = await startEmbeddedRedis(join(folder, 'redis'));
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`${KILLS} kills of the bot while ${PEOPLE * KILLS} updates flow: each takes effect once, no reply is lost`, {
  timeout: KILLS * 10_000 + 60_000,
}, async () => {
  const random = randomFrom(seedOf('F2'));
  const simulator = await startSimulator({ port: 0, limits: false });
  const env = { TELEGRAM_TOKEN: simulator.token, TELEGRAM_API_ROOT: simulator.url, REDIS_URL: redis.url, CITY: 'f2' };
  const bot = new BotProcess(join(folder, 'bot'), env);
  bot.start();
  await bot.untilReady();
  const phones = await Promise.all(Array.from({ length: PEOPLE }, () => Phone.of(simulator.url)));
  // Everybody writes at once, and the kill comes while the bot is at it.
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = bot.deaths;
    await expect
      .poll(() => bot.output.split('is running').length - 1, { timeout: 20_000, interval: 10 })
      .toBe(kill + 1);
    const writing = Promise.all(phones.map((phone) => phone.say(WORDS[random(WORDS.length)] ?? '')));
    await sleep(20 + random(400));
    bot.kill();
    await expect.poll(() => bot.deaths, { timeout: 10_000, interval: 10 }).toBe(before + 1);
    await writing;
  }

  const store = await lookInto(redis.url, 'f2');
  const versions = async () =>
    (await Promise.all(phones.map(({ id }) => store.redis.hget(store.keys.person(`telegram:${id}`), 'version')))).map(
      Number,
    );
  // I1: as many operations as updates, for every person.
  await expect.poll(versions, { timeout: 60_000 }).toEqual(phones.map(() => KILLS));
  await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 60_000 }).toBe(0);
  const calls = (await (await fetch(`${simulator.url}/sim/calls`)).json()) as { method: string; ok: boolean }[];
  const sent = calls.filter(({ method, ok }) => ok && /^(sendMessage|editMessageText)$/.test(method)).length;
  const committed = await committedMessages(store);
  console.log(`F2: ${committed} replies, ${sent - committed} of them twice, ${bot.deaths} deaths`);
  expect(sent).toBeGreaterThanOrEqual(committed);
  expect(sent - committed).toBeLessThanOrEqual(IN_FLIGHT * KILLS);
  expect(await store.redis.xlen(store.keys.outboxDead)).toBe(0);
  await expectInvariants(store);
  store.close();
  await bot.stop();
  await simulator.close();
});
