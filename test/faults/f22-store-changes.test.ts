import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { readCaseNumber, showCaseNumber } from '../../src/cases/case-number.ts';
import { openLog } from '../../src/log.ts';
import type { Running } from '../../src/open.ts';
import { open } from '../../src/open.ts';
import type { Connection } from '../../src/store/connect.ts';
import { connect } from '../../src/store/connect.ts';
import { enterSafeMode, loadSafeMode, loadStorePosition } from '../../src/store/safe-mode.ts';
import { OUTBOX_MAX } from '../../src/store/scripts/outbox-lua.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { freePort } from '../../src/store/start/free-port.ts';
import { gateFor } from '../../src/store/start/gate.ts';
import { openRecheck } from '../../src/store/start/wait-for-store.ts';
import { Phone } from '../phone.ts';
import { OTHER_HAZARD, report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { NO_QUOTAS, openTestApp, TEST_TIMINGS } from '../test-app.ts';
import { RedisProxy } from './redis-proxy.ts';

/** P15: a store that refuses writes counts as down within this time, ms. */
const NOTICED_MS = 2000;
/** P15: service after a writable primary is reachable, ms. */
const SERVED_MS = 5000;

let app: TestApp;
afterEach(() => app.close());

async function healthOf({ web }: Pick<Running, 'web'>): Promise<readonly [number, string]> {
  const response = await fetch(`http://127.0.0.1:${web.port}/health`);
  return [response.status, ((await response.json()) as { readonly store: string }).store];
}

async function warningsOf({ web }: Pick<Running, 'web'>): Promise<readonly string[]> {
  const response = await fetch(`http://127.0.0.1:${web.port}/health`);
  return ((await response.json()) as { readonly warnings: readonly string[] }).warnings;
}

const waitFor = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** A backup of all keys, as Redis restores them. */
async function copyOf(redis: Connection): Promise<readonly (readonly [string, Buffer])[]> {
  const names = await redis.keys('*');
  return Promise.all(names.map(async (key) => [key, (await redis.dumpBuffer(key)) ?? Buffer.alloc(0)] as const));
}

/** Puts a backup in place of all data at one moment; the connection stays open. */
async function replaceAll(redis: Connection, backup: readonly (readonly [string, Buffer])[]): Promise<void> {
  const all = redis.multi().flushall();
  for (const [key, dump] of backup) all.restore(key, 0, dump);
  await all.exec();
}

test('an emptied store takes nothing, Telegram keeps the updates, and the restart is refused', {
  timeout: 60_000,
}, async () => {
  app = await openTestApp({ cluster: false });
  const { store } = app.running;
  const phone = await app.phone();
  await phone.say('/start');
  await phone.sees(/您好/);
  const meta = await store.redis.hgetall(store.keys.meta);
  await store.redis.flushall();
  await expect.poll(() => healthOf(app.running), { timeout: NOTICED_MS }).toEqual([503, 'other']);
  expect(await warningsOf(app.running)).toContainEqual(
    expect.stringMatching(/other data than at the start.*Put the right/),
  );
  await phone.say('上报');
  await app.tick();
  await new Promise((done) => setTimeout(done, 1500));
  expect((await phone.fromBot()).length).toBe(1);
  expect((await store.redis.keys('*')).filter((key) => !/:(processes|pace|jobs)$/.test(key))).toEqual([]);
  await expect(open(app.config, { log: openLog('silent', []), timings: TEST_TIMINGS })).rejects.toThrow(
    /store is empty, but city "test" had data/,
  );
  // The right data are back: the update is taken now.
  await store.redis.hset(store.keys.meta, meta);
  await phone.sees(/先跟您说明白/, 20_000);
  expect(await healthOf(app.running)).toEqual([200, 'up']);
});

test('older data that are restored under a running bot take nothing until the operator accepts them', {
  timeout: 60_000,
}, async () => {
  const timings = { ...TEST_TIMINGS, store: { failoverLossMs: 1000 } };
  app = await openTestApp({ cluster: false, timings });
  const { store } = app.running;
  const { redis, keys } = store;
  const phone = await app.phone();
  const kept = await report(phone);
  const backup = await copyOf(redis);
  const lost = await report(await app.phone('李叔'), OTHER_HAZARD);
  const { audited } = await loadStorePosition(store);
  await waitFor(2 * timings.store.failoverLossMs);
  await app.tick('restore-check');
  await phone.say('帮助');
  await phone.sees(/我能帮您/);
  const shown = (await phone.fromBot()).length;

  await replaceAll(redis, backup);
  await expect.poll(() => healthOf(app.running), { timeout: NOTICED_MS }).toEqual([503, 'older']);
  expect(await warningsOf(app.running)).toContainEqual(expect.stringMatching(/newer data.*npm run anlin -- safe-mode/));
  const before = await redis.hget(keys.meta, 'audit_seq');
  expect(Number(before)).toBeLessThan(audited);
  await phone.say('我的上报');
  await app.tick();
  await waitFor(1500);
  // Nothing is taken or numbered, no reply leaves, and Telegram keeps the update.
  expect((await phone.fromBot()).length).toBe(shown);
  expect(await redis.hget(keys.meta, 'audit_seq')).toBe(before);
  expect(await redis.exists(keys.caseNumber(readCaseNumber(lost) ?? ''))).toBe(0);
  // Whatever starts on these data sends nothing unasked.
  expect(await loadSafeMode(store)).toBeDefined();
  expect(app.log.filter((line) => /"msg":"Older data were restored/.test(line))).toHaveLength(1);

  // As npm run anlin -- safe-mode does.
  await enterSafeMode(store, (await loadStorePosition(store)).restores);
  await expect.poll(async () => (await phone.fromBot()).length, { timeout: 20_000 }).toBeGreaterThan(shown);
  await phone.withButton(showCaseNumber(kept));
  expect(await healthOf(app.running)).toEqual([200, 'up']);
  expect(await loadSafeMode(store)).toBeDefined();
});

test('health is bad while the store is full or too many messages wait, and good again afterwards', {
  timeout: 60_000,
}, async () => {
  app = await openTestApp({ cluster: false });
  const { redis, keys } = app.running.store;
  expect(await healthOf(app.running)).toEqual([200, 'up']);
  await redis.config('SET', 'maxmemory', '1000000');
  await expect.poll(() => healthOf(app.running), { timeout: NOTICED_MS }).toEqual([503, 'full']);
  await redis.config('SET', 'maxmemory', '0');
  await expect.poll(() => healthOf(app.running), { timeout: NOTICED_MS }).toEqual([200, 'up']);
  const waiting = Array.from({ length: OUTBOX_MAX }, (_, i) => [`none:${i}`, 'r1 0 2 {}']).flat();
  await redis.hset(keys.outbox, ...waiting);
  await expect.poll(() => healthOf(app.running), { timeout: NOTICED_MS }).toEqual([503, 'full']);
  await redis.del(keys.outbox);
  await expect.poll(() => healthOf(app.running), { timeout: NOTICED_MS }).toEqual([200, 'up']);
});

test('after a failover behind one address, the demoted node counts as down and the bot finds the new primary', {
  timeout: 60_000,
}, async () => {
  app = await openTestApp({ cluster: false });
  await app.running.close();
  const replica = await startEmbeddedRedis(`${app.folder}/replica`, { password: app.redis.password });
  const [first, second] = [connect(app.redis.url), connect(replica.url)];
  await second.config('SET', 'masterauth', app.redis.password);
  await second.replicaof('127.0.0.1', app.redis.port);
  await expect.poll(async () => /master_link_status:up/.test(await second.info()), { timeout: 10_000 }).toBe(true);
  const proxy = await RedisProxy.to(app.redis.port);
  const url = new URL(app.redis.url);
  url.port = String(proxy.port);
  const log = openLog('silent', []);
  const running = await open({ ...app.config, redisUrl: url.href }, { log, quotas: NO_QUOTAS, timings: TEST_TIMINGS });
  const phone = await Phone.of(app.simulator.url);
  await phone.say('/start');
  await phone.sees(/您好/);

  await first.wait(1, 5000);
  // No client asks meanwhile. The open connection stays with the demoted node.
  await second.replicaof('NO', 'ONE');
  await first.config('SET', 'masterauth', app.redis.password);
  await first.replicaof('127.0.0.1', replica.port);
  await expect
    .poll(() => healthOf(running), { timeout: NOTICED_MS })
    .toEqual([503, expect.stringMatching(/unwritable|away/)]);
  proxy.leadTo(replica.port);
  const from = performance.now();
  await phone.say('/help');
  await phone.sees(/我能帮您/, SERVED_MS);
  expect(performance.now() - from).toBeLessThan(SERVED_MS);
  // Health follows its own probe, as it did when the node was demoted.
  await expect.poll(() => healthOf(running), { timeout: NOTICED_MS }).toEqual([200, 'up']);
  await running.close();
  first.disconnect();
  second.disconnect();
  proxy.close();
  await replica.stop();
});

test('settings that were changed under a running bot make the health bad within a minute', {
  timeout: 30_000,
}, async () => {
  app = await openTestApp({ cluster: false });
  const { redis } = app.running.store;
  const gate = gateFor(app.config, app.redis.url);
  let now = 0;
  const recheck = openRecheck(redis, gate, openLog('silent', []), [], () => now);
  for (const [name, wrong, right] of [
    ['appendfsync', 'no', 'always'],
    ['maxmemory-policy', 'allkeys-lru', 'noeviction'],
    ['appendonly', 'no', 'yes'],
  ] as const) {
    await redis.config('SET', name, wrong);
    now += 60_000;
    expect((await recheck()).map(({ level }) => level)).toContain('refuse');
    await redis.config('SET', name, right);
  }
  // Redis does not shut down before its first file is written.
  await expect.poll(async () => /aof_rewrite_in_progress:0/.test(await redis.info('persistence'))).toBe(true);
});

test('with REDIS_REPLICAS=1 a reply leaves only once the replica has its commit', { timeout: 60_000 }, async () => {
  app = await openTestApp({ cluster: false });
  await app.running.close();
  const replica = await startEmbeddedRedis(`${app.folder}/replica`, { password: app.redis.password });
  const second = connect(replica.url);
  await second.config('SET', 'masterauth', app.redis.password);
  await second.replicaof('127.0.0.1', app.redis.port);
  await expect.poll(async () => /master_link_status:up/.test(await second.info()), { timeout: 10_000 }).toBe(true);
  const log = openLog('silent', []);
  const running = await open({ ...app.config, replicas: 1 }, { log, quotas: NO_QUOTAS, timings: TEST_TIMINGS });
  const phone = await Phone.of(app.simulator.url);
  await phone.say('/start');
  await phone.sees(/您好/);

  process.kill(replica.pid, 'SIGSTOP');
  await phone.say('/help');
  await expect.poll(() => healthOf(running), { timeout: 2 * NOTICED_MS }).toEqual([503, 'unwritable']);
  await new Promise((done) => setTimeout(done, 2000));
  expect(await phone.fromBot()).toHaveLength(1);
  process.kill(replica.pid, 'SIGCONT');
  await phone.sees(/我能帮您/, 20_000);

  // The number that a person has seen is on the replica at once.
  const number = await report(await Phone.of(app.simulator.url));
  process.kill(app.redis.pid, 'SIGSTOP');
  await second.replicaof('NO', 'ONE');
  expect(await second.exists(running.store.keys.caseNumber(readCaseNumber(number) ?? ''))).toBe(1);
  process.kill(app.redis.pid, 'SIGCONT');
  await running.close();
  second.disconnect();
  await replica.stop();
});

test('with sentinels the bot finds the new primary within five seconds of the failover', {
  timeout: 90_000,
}, async () => {
  app = await openTestApp({ cluster: false });
  await app.running.close();
  const { password } = app.redis;
  const replica = await startEmbeddedRedis(`${app.folder}/replica`, { password });
  const [first, second] = [connect(app.redis.url), connect(replica.url)];
  for (const one of [first, second]) await one.config('SET', 'masterauth', password);
  await second.replicaof('127.0.0.1', app.redis.port);
  await expect.poll(async () => /master_link_status:up/.test(await second.info()), { timeout: 10_000 }).toBe(true);
  const sentinel = await startSentinel(app.folder, { port: app.redis.port, password });
  await expect.poll(() => sentinel.client.call('SENTINEL', 'REPLICAS', 'city'), { timeout: 15_000 }).toHaveLength(1);

  const redisUrl = `redis+sentinel://:${password}@127.0.0.1:${sentinel.port}/city`;
  const log = openLog('silent', []);
  const running = await open({ ...app.config, redisUrl }, { log, quotas: NO_QUOTAS, timings: TEST_TIMINGS });
  const phone = await Phone.of(app.simulator.url);
  await phone.say('/start');
  await phone.sees(/您好/);

  await first.wait(1, 5000);
  process.kill(app.redis.pid, 'SIGSTOP');
  await expect.poll(async () => /role:master/.test(await second.info()), { timeout: 40_000 }).toBe(true);
  const from = performance.now();
  await phone.say('/help');
  await phone.sees(/我能帮您/, 2 * SERVED_MS);
  expect(performance.now() - from).toBeLessThan(SERVED_MS);
  expect(await healthOf(running)).toEqual([200, 'up']);
  await running.close();
  process.kill(app.redis.pid, 'SIGCONT');
  first.disconnect();
  second.disconnect();
  sentinel.stop();
  await replica.stop();
});

/** Starts a sentinel that watches one primary under the name `city`. */
async function startSentinel(folder: string, primary: { readonly port: number; readonly password: string }) {
  const port = await freePort();
  const file = join(folder, 'sentinel.conf');
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor city 127.0.0.1 ${primary.port} 1`,
      `sentinel auth-pass city ${primary.password}`,
      'sentinel down-after-milliseconds city 1000',
      'sentinel failover-timeout city 5000',
    ].join('\n'),
  );
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  const client = new Redis({ port, maxRetriesPerRequest: null });
  client.on('error', () => {});
  await client.ping();
  const stop = () => {
    client.disconnect();
    child.kill('SIGKILL');
  };
  return { port, client, stop };
}
