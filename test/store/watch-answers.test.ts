import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchAnswers } from '../../src/store/watch-answers.ts';
import { RedisProxy } from '../faults/redis-proxy.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const LIMIT_MS = 150;

let app: TestApp;
const opened: Redis[] = [];
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(async () => {
  for (const redis of opened) redis.disconnect();
  await app.close();
});

function connectTo(port: number): Redis {
  const url = new URL(app.redis.url);
  url.port = String(port);
  const limits = { commandTimeout: LIMIT_MS, maxRetriesPerRequest: null, retryStrategy: () => 10 };
  const redis = new Redis(url.href, limits);
  redis.on('error', () => {});
  watchAnswers(redis, LIMIT_MS);
  opened.push(redis);
  return redis;
}

/** Holds the event loop up, as a long computation or a stopped machine does. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('answers that came while the process stalled count, and the connection stays', async () => {
  const redis = connectTo(app.redis.port);
  await redis.ping();
  const { stream } = redis;
  const answers = Promise.all([redis.ping(), redis.ping()]);
  // The commands leave in this round; their answers wait in the socket until the stall ends.
  setImmediate(() => stall(3 * LIMIT_MS));
  await expect(answers).resolves.toEqual(['PONG', 'PONG']);
  expect(redis.stream).toBe(stream);
  await expect(redis.ping()).resolves.toBe('PONG');
});

test('a connection that answers stays open however long it is used', async () => {
  const redis = connectTo(app.redis.port);
  await redis.ping();
  const { stream } = redis;
  for (const until = performance.now() + 3 * LIMIT_MS; performance.now() < until; ) await redis.ping();
  expect(redis.stream).toBe(stream);
});

test('a command without an answer fails at its limit, and a silent connection is opened anew', async () => {
  const proxy = await RedisProxy.to(app.redis.port);
  const redis = connectTo(proxy.port);
  await redis.ping();
  proxy.dropAll();
  const closed = new Promise<void>((done) => redis.once('close', done));
  await expect(redis.ping()).rejects.toThrow('Command timed out');
  await closed;
  proxy.passAgain();
  await expect.poll(() => redis.ping().catch(() => ''), { interval: 5 }).toBe('PONG');
  proxy.close();
});
