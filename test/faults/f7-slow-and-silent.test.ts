import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Inbound } from '../../src/channels/channel.ts';
import { answer } from '../../src/conversation/turn.ts';
import { openLog } from '../../src/log.ts';
import type { Running } from '../../src/open.ts';
import { open } from '../../src/open.ts';
import type { TestApp } from '../test-app.ts';
import { NO_QUOTAS, openTestApp } from '../test-app.ts';
import { expectInvariants, lookInto } from './invariants.ts';
import { RedisProxy } from './redis-proxy.ts';
import { reportInCity } from './report-in-city.ts';

const SILENCE_MS = Number(process.env.F7_SILENCE_MS ?? 6000);
/** No question to the store may stay open for longer. */
const SETTLED_MS = 5500;

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

test('a store that is 200 ms away is slow, and nothing else', { timeout: 60_000 }, async () => {
  proxy.slow(100);
  await reportInCity(await app.phone());
  proxy.slow(0);
});

test('a store that says nothing: every update is given back within seconds, memory stays flat, and then all is as before', {
  timeout: SILENCE_MS + 60_000,
}, async () => {
  const phone = await app.phone();
  await phone.say('/start');
  await phone.sees(/您好/);
  const before = process.memoryUsage().rss;
  proxy.blackHole();
  const until = performance.now() + SILENCE_MS;
  const waits: number[] = [];
  for (let n = 0; performance.now() < until; n += 1) {
    const started = performance.now();
    const inbound: Inbound = { id: `f7:${n}`, from: 'telegram:1', at: 0, content: { type: 'text', text: '上报' } };
    await expect(answer(inbound, running.services)).rejects.toThrow(/store/i);
    waits.push(performance.now() - started);
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(Math.max(...waits)).toBeLessThan(SETTLED_MS);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  // What somebody wrote meanwhile is answered afterwards.
  await phone.say('/help');
  proxy.wakeUp();
  await phone.sees(/我能帮您/, 30_000);
  await reportInCity(await app.phone());
  const store = await lookInto(app.redis.url, 'test');
  await expectInvariants(store);
  store.close();
});
