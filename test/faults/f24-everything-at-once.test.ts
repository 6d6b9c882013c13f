import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Connection } from '../../src/store/connect.ts';
import { connect } from '../../src/store/connect.ts';
import type { EmbeddedRedis } from '../../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import type { Store } from '../../src/store/store.ts';
import { Phone } from '../phone.ts';
import { apiCalls } from './bot-api.ts';
import { BotProcess } from './bot-process.ts';
import { committedMessages, expectInvariants, openStoreAt } from './invariants.ts';
import { RedisProxy } from './redis-proxy.ts';
import { randomIntFrom, seedOf } from './seed.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

/** Rounds of one blow each; `npm run faults` does an hour of them. */
const ROUNDS = Number(process.env.F24_ROUNDS ?? 6);
const PEOPLE = 30;
const WORDS = ['/start', '上报', '同意', '消防', '/help', '返回', '取消', '井盖没了', '我的', '你好'];
/** A person who writes faster is told to slow down, and further updates are dropped on purpose. */
const QUOTA_MS = 1100;
/** Replies in flight when a process dies may be sent twice. */
const IN_FLIGHT = 100;

let stage: Stage;
let second: EmbeddedRedis;
let proxy: RedisProxy;
let store: Store & { close(): void };
const nodes: Connection[] = [];
const bots: BotProcess[] = [];

beforeAll(async () => {
  stage = await openStage('f24');
  second = await startEmbeddedRedis(`${stage.folder}/second`, { password: stage.redis.password });
  nodes.push(connect(stage.redis.url), connect(second.url));
  for (const node of nodes) await node.config('SET', 'masterauth', stage.redis.password);
  proxy = await RedisProxy.to(stage.redis.port);
  await follow(1, stage.redis.port);
}, 30_000);
afterAll(async () => {
  for (const bot of bots) await bot.stop('SIGKILL');
  for (const node of nodes) node.disconnect();
  store?.close();
  proxy.close();
  await second.stop();
  await stage.close();
}, 30_000);

const portOf = (node: number): number => (node === 0 ? stage.redis.port : second.port);

/** Makes one node the replica of a port and waits until it has all data. */
async function follow(node: number, port: number): Promise<void> {
  await nodes[node]?.replicaof('127.0.0.1', port);
  const linked = async () => expect(await nodes[node]?.info()).toMatch(/master_link_status:up/);
  await vi.waitFor(linked, { timeout: 20_000 });
}

async function join(n: number): Promise<BotProcess> {
  const url = new URL(stage.redis.url);
  url.port = String(proxy.port);
  const bot = new BotProcess(`${stage.folder}/bot${n}`, { ...stage.env, REDIS_URL: url.href, REDIS_REPLICAS: '1' });
  bots.push(bot);
  bot.start();
  await bot.untilReady();
  return bot;
}

test(`${ROUNDS} rounds of kills, joins, freezes, clock steps and failovers under load: nothing lost, doubled or stuck`, {
  timeout: ROUNDS * 30_000 + 120_000,
}, async () => {
  const random = randomIntFrom(seedOf('F24'));
  const phones = await Promise.all(Array.from({ length: PEOPLE }, () => Phone.of(stage.simulator.url)));
  await join(0);
  await join(1);
  let primary = 0;
  let deaths = 0;
  const blows = {
    kill: async () => {
      bots[random(bots.length)]?.kill();
      deaths += 1;
    },
    // A release: the new process joins before the old one leaves.
    join: async () => {
      await join(bots.length);
      await bots.shift()?.stop();
    },
    freeze: async () => {
      const bot = bots[random(bots.length)];
      bot?.kill('SIGSTOP');
      await sleep(500 + random(3000));
      bot?.kill('SIGCONT');
      deaths += 1;
    },
    // The bot of the fault tests sets its clock back, and forward at the next signal.
    clock: async () => bots[random(bots.length)]?.kill('SIGUSR2'),
    // The primary is lost without a warning.
    failover: async () => {
      const next = 1 - primary;
      await nodes[next]?.replicaof('NO', 'ONE');
      proxy.leadTo(portOf(next));
      await follow(primary, portOf(next));
      primary = next;
    },
  };
  const names = Object.keys(blows) as (keyof typeof blows)[];
  const dealt: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const writing = Promise.all(phones.map((phone) => phone.say(WORDS[random(WORDS.length)] ?? '')));
    await sleep(random(300));
    // Each blow once, then by chance.
    const name = names[round < names.length ? round : random(names.length)] ?? 'kill';
    dealt.push(name);
    await Promise.all([blows[name](), writing, sleep(QUOTA_MS)]);
  }
  console.log(`F24: ${dealt.join(' ')}`);

  store = await openStoreAt((primary === 0 ? stage.redis : second).url, 'f24');
  const versions = async () =>
    (await Promise.all(phones.map(({ id }) => store.redis.hget(store.keys.person(`telegram:${id}`), 'version')))).map(
      Number,
    );
  await expect.poll(versions, { timeout: 60_000 }).toEqual(phones.map(() => ROUNDS));
  await expect.poll(() => store.redis.hlen(store.keys.outbox), { timeout: 60_000 }).toBe(0);
  const calls = await apiCalls(stage.simulator.url);
  const sent = calls.filter(({ method, ok }) => ok && /^(sendMessage|editMessageText)$/.test(method)).length;
  const committed = await committedMessages(store);
  console.log(`F24: ${committed} replies, ${sent - committed} of them twice`);
  expect(sent).toBeGreaterThanOrEqual(committed);
  expect(sent - committed).toBeLessThanOrEqual(
    IN_FLIGHT * (deaths + dealt.filter((name) => name === 'failover').length),
  );
  expect(await store.redis.xlen(store.keys.outboxDead)).toBe(0);
  await expectInvariants(store);
});
