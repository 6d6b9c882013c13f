import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/store/connect.ts';
import { connect } from '../../src/store/connect.ts';
import type { EmbeddedRedis } from '../../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { BotProcess } from './bot-process.ts';

/** Has the form of a token. Every start here is refused before its use. */
const TOKEN = '42:simulator-only-not-a-real-token';
const NOWHERE = 'http://127.0.0.1:9';

let folder: string;
let redis: EmbeddedRedis;
let admin: Connection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-f18-'));
  redis = await startEmbeddedRedis(join(folder, 'redis'));
  admin = connect(redis.url);
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function refusal(
  env: Record<string, string>,
  dataDir = 'data',
): Promise<{ code: number | null; output: string }> {
  const bot = new BotProcess(join(folder, `${Math.random()}`), { DATA_DIR: join(folder, dataDir), ...env });
  const { code, output } = await bot.runToEnd();
  return { code, output: output.trim() };
}

describe('a wrong environment stops the start with exit code 78 and names the cure:', () => {
  test.concurrent.each([
    ['a malformed token', { TELEGRAM_TOKEN: 'hello' }, /Set TELEGRAM_TOKEN .*BotFather/],
    ['a webhook without a bot', { TELEGRAM_WEBHOOK_URL: 'https://a.example/x' }, /Set TELEGRAM_TOKEN .*needs a bot/],
    [
      'a webhook without a secret',
      { TELEGRAM_TOKEN: TOKEN, TELEGRAM_WEBHOOK_URL: 'https://a.example/x' },
      /Set TELEGRAM_WEBHOOK_SECRET/,
    ],
    [
      'a short secret',
      { TELEGRAM_TOKEN: TOKEN, TELEGRAM_WEBHOOK_URL: 'https://a.example/x', TELEGRAM_WEBHOOK_SECRET: 'x' },
      /TELEGRAM_WEBHOOK_SECRET .*openssl rand/,
    ],
    [
      'a webhook without TLS',
      { TELEGRAM_TOKEN: TOKEN, TELEGRAM_WEBHOOK_URL: 'http://a.example/x', TELEGRAM_WEBHOOK_SECRET: 'x'.repeat(32) },
      /TELEGRAM_WEBHOOK_URL .*https/,
    ],
    ['a port that is no number', { PORT: 'eighty' }, /Set PORT .*such as 8080/],
    ['a port above 65535', { PORT: '70000' }, /Set PORT .*65535/],
    ['one port for console and simulator', { PORT: '8099', SIM_PORT: '8099' }, /Set SIM_PORT/],
    ['a city with a space', { CITY: 'New York' }, /Set CITY/],
    ['a malformed Redis URL', { REDIS_URL: 'localhost:6379' }, /Set REDIS_URL .*redis:\/\//],
    [
      'a secret without a webhook',
      { TELEGRAM_TOKEN: TOKEN, TELEGRAM_WEBHOOK_SECRET: 'x'.repeat(32) },
      /Set TELEGRAM_WEBHOOK_URL/,
    ],
    ['a data folder that cannot be created', { DATA_DIR: '/dev/null/x', PORT: '0', SIM_PORT: '0' }, /Set DATA_DIR/],
    ['a rate that is no number', { SEND_RATE: 'fast' }, /Set SEND_RATE/],
    ['a Redis that does not answer', { REDIS_URL: 'redis://127.0.0.1:9' }, /Redis does not answer.*REDIS_URL/],
    ['two errors at once', { PORT: 'x', CITY: 'Y Z' }, /Set CITY[\s\S]*Set PORT/],
  ] as const)('%s', { timeout: 30_000 }, async (_what, env, says) => {
    const { code, output } = await refusal(env as Record<string, string>);
    expect(output).toMatch(says);
    expect(output.split('\n').every((line) => line.startsWith('anlin: '))).toBe(true);
    expect(code).toBe(78);
  });

  test('a taken port', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const { code, output } = await refusal({ PORT: String(port), SIM_PORT: '0' }, 'taken');
    server.close();
    expect([code, output]).toEqual([
      78,
      `anlin: Port ${port} is taken. Stop the other program, or set PORT (or SIM_PORT) in .env.`,
    ]);
  });
});

describe('a store that may lose reports stops the start:', () => {
  const bot = () => ({ TELEGRAM_TOKEN: TOKEN, TELEGRAM_API_ROOT: NOWHERE, REDIS_URL: redis.url, CITY: 'f18' });

  test.each([
    ['no append-only file', ['appendonly', 'no'], ['appendonly', 'yes'], /Set `appendonly yes`/],
    [
      'an append-only file that is never forced to disk',
      ['appendfsync', 'no'],
      ['appendfsync', 'always'],
      /appendfsync always/,
    ],
    ['a store that evicts', ['maxmemory-policy', 'allkeys-lru'], ['maxmemory-policy', 'noeviction'], /noeviction/],
  ] as const)('%s', async (_what, wrong, right, says) => {
    await admin.config('SET', ...wrong);
    const { code, output } = await refusal(bot());
    await admin.config('SET', ...right);
    expect(output).toMatch(says);
    expect(code).toBe(78);
  });

  test('a replica', async () => {
    const replica = await startEmbeddedRedis(join(folder, 'replica'));
    const its = connect(replica.url);
    await its.config('SET', 'masterauth', redis.password);
    await its.replicaof('127.0.0.1', redis.port);
    const { code, output } = await refusal({ ...bot(), REDIS_URL: replica.url });
    its.disconnect();
    await replica.stop();
    expect(output).toMatch(/is a replica.*Point REDIS_URL at the primary/);
    expect(code).toBe(78);
  });

  test('a store that hides its settings, until the operator confirms them', async () => {
    await admin.acl('SETUSER', 'bot', 'on', '>pw', '~*', '&*', '+@all', '-config');
    const url = redis.url.replace(/:\/\/[^@]*@/, '://bot:pw@');
    const { code, output } = await refusal({ ...bot(), REDIS_URL: url });
    expect(output).toMatch(/hides its settings.*REDIS_SETTINGS_CHECKED=yes/);
    expect(code).toBe(78);
  });

  test('a wrong password, without a wait and with its own cure', async () => {
    const from = performance.now();
    const { code, output } = await refusal({ ...bot(), REDIS_URL: redis.url.replace(redis.password, 'wrong') });
    expect(output).toMatch(/Put the right user and password into REDIS_URL/);
    expect(code).toBe(78);
    expect(performance.now() - from).toBeLessThan(8000);
  });

  test('data newer than the code', async () => {
    await admin.hset('{f18new}:meta', 'schema', '99', 'instance', 'x');
    const { code, output } = await refusal({ ...bot(), CITY: 'f18new' });
    expect(output).toMatch(/version 99.*newer release/);
    expect(code).toBe(78);
  });

  test('messages that an earlier release left in its outbox format', async () => {
    await admin.zadd('{f18old}:outbox:queue', 0, 'telegram:1|000000000001');
    const { code, output } = await refusal({ ...bot(), CITY: 'f18old' });
    expect(output).toMatch(/1 messages of the release before.*Start that release once more/);
    expect(code).toBe(78);
  });

  test('an emptied store, and a store with other data than before', async () => {
    mkdirSync(join(folder, 'seen'), { recursive: true });
    writeFileSync(join(folder, 'seen', 'store-f18gone.json'), JSON.stringify({ city: 'f18gone', instance: 'abc' }));
    const gone = await refusal({ ...bot(), CITY: 'f18gone' }, 'seen');
    expect(gone.output).toMatch(/store is empty, but.*Restore the backup/);
    await admin.hset('{f18gone}:meta', 'instance', 'other');
    const other = await refusal({ ...bot(), CITY: 'f18gone' }, 'seen');
    expect(other.output).toMatch(/holds other data/);
    expect([gone.code, other.code]).toEqual([78, 78]);
  });
});
