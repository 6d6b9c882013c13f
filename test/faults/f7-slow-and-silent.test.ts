import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Inbound } from '../../src/channels/channel.ts';
import { answer } from '../../src/conversation/turn.ts';
import { openLog } from '../../src/log.ts';
import type { Running } from '../../src/open.ts';
import { open } from '../../src/open.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { NO_QUOTAS, openTestApp } from '../test-app.ts';
import { expectInvariants, openStoreAt } from './invariants.ts';
import { RedisProxy } from './redis-proxy.ts';

const SILENCE_MS = Number(process.env.F7_SILENCE_MS ?? 6000);
/** Longest time until a command to a silent store fails, ms. */
const COMMAND_FAILS_MS = 5500;

let app: TestApp;
let proxy: RedisProxy;
let running: Running;
beforeAll(async () => {
  app = await openTestApp({ cluster: false });
  await app.running.close();
  proxy = await RedisProxy.to(app.redis.port);
  const url = new URL(app.redis.url);
  url.port = String(proxy.port);
  const log = openLog('error', [], () => {});
  running = await open({ ...app.config, redisUrl: url.href }, { log, quotas: NO_QUOTAS });
}, 60_000);
afterAll(async () => {
  await running.close();
  proxy.close();
  await app.close();
});

test('a store with a round trip of 200 ms only makes the bot slower', { timeout: 60_000 }, async () => {
  proxy.delay(100);
  await report(await app.phone());
  proxy.delay(0);
});

test('while the store is silent, updates fail within seconds and memory stays flat; afterwards the bot works again', {
  timeout: SILENCE_MS + 60_000,
}, async () => {
  const phone = await app.phone();
  await phone.say('/start');
  await phone.sees(/您好/);
  const before = process.memoryUsage().rss;
  proxy.dropAll();
  const until = performance.now() + SILENCE_MS;
  const waits: number[] = [];
  for (let n = 0; performance.now() < until; n += 1) {
    const started = performance.now();
    const inbound: Inbound = { id: `f7:${n}`, from: 'telegram:1', at: 0, content: { type: 'text', text: '上报' } };
    await expect(answer(inbound, running.services)).rejects.toThrow(/store/i);
    waits.push(performance.now() - started);
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(Math.max(...waits)).toBeLessThan(COMMAND_FAILS_MS);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  // A message from the time of silence gets its answer afterwards.
  await phone.say('/help');
  proxy.passAgain();
  await phone.sees(/我能帮您/, 30_000);
  await report(await app.phone());
  const store = await openStoreAt(app.redis.url, 'test');
  await expectInvariants(store);
  store.close();
});
