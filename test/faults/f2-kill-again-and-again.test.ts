import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Phone } from '../phone.ts';
import { apiCalls } from './bot-api.ts';
import type { BotProcess } from './bot-process.ts';
import { committedMessages, expectInvariants } from './invariants.ts';
import { randomIntFrom, seedOf } from './seed.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const KILLS = Number(process.env.F2_KILLS ?? 20);
/** Each person writes once before every kill. */
const PEOPLE = 100;
/** The relay's limit: messages in flight at a kill. */
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

let stage: Stage;
beforeAll(async () => {
  stage = await openStage('f2');
});
afterAll(() => stage.close());

test(`${KILLS} kills of the bot while ${PEOPLE * KILLS} updates arrive: each takes effect once and no reply is lost`, {
  timeout: KILLS * 10_000 + 60_000,
}, async () => {
  const random = randomIntFrom(seedOf('F2'));
  const { simulator, store } = stage;
  const [bot] = (await stage.start('bot')) as [BotProcess];
  const phones = await Promise.all(Array.from({ length: PEOPLE }, () => Phone.of(simulator.url)));
  // All people write at once, and the kill comes while the bot handles their updates.
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

  const versions = async () =>
    (await Promise.all(phones.map(({ id }) => store.redis.hget(store.keys.person(`telegram:${id}`), 'version')))).map(
      Number,
    );
  // I1: as many operations as updates, for every person.
  await expect.poll(versions, { timeout: 60_000 }).toEqual(phones.map(() => KILLS));
  await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 60_000 }).toBe(0);
  const calls = await apiCalls(simulator.url);
  const sent = calls.filter(({ method, ok }) => ok && /^(sendMessage|editMessageText)$/.test(method)).length;
  const committed = await committedMessages(store);
  console.log(`F2: ${committed} replies, ${sent - committed} of them twice, ${bot.deaths} deaths`);
  expect(sent).toBeGreaterThanOrEqual(committed);
  expect(sent - committed).toBeLessThanOrEqual(IN_FLIGHT * KILLS);
  expect(await store.redis.xlen(store.keys.outboxDead)).toBe(0);
  await expectInvariants(store);
});
