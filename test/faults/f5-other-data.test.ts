import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { INVARIANTS } from '../../src/operator/invariants.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { checkStore, gateFor } from '../../src/store/start/gate.ts';
import { rememberStore } from '../../src/store/start/remember-store.ts';
import { report } from '../report.ts';
import { openTestApp } from '../test-app.ts';
import { openStoreAt } from './invariants.ts';
import { randomIntFrom, seedOf } from './seed.ts';

const FLIPS = Number(process.env.F5_FLIPS ?? 10);
const folder = mkdtempSync(join(tmpdir(), 'anlin-f5-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an emptied or exchanged store is refused, and an older one starts in safe mode, each with its cure', async () => {
  const app = await openTestApp({ cluster: false });
  const { config, running } = app;
  const gate = gateFor(config, app.redis.url);
  await report(await app.phone());
  const backup = join(folder, 'backup');
  cpSync(join(app.folder, 'redis'), backup, { recursive: true });
  await report(await app.phone());
  await running.close();
  const findings = async (data: string) => {
    rmSync(join(data, 'embedded.json'), { force: true });
    const redis = await startEmbeddedRedis(data);
    const store = await openStoreAt(redis.url, 'nobody');
    const found = await checkStore(store.redis, { ...gate, url: redis.url }, Date.now());
    store.close();
    await redis.stop();
    return found.filter(({ level }) => level !== 'warn').map(({ level, what, cure }) => `${level}: ${what} ${cure}`);
  };
  expect(await findings(join(folder, 'empty'))).toEqual([
    expect.stringMatching(/refuse: .*is empty, but.*Restore the backup/),
  ]);
  const other = await openTestApp({ cluster: false });
  await other.running.close();
  const foreign = join(folder, 'foreign');
  cpSync(join(other.folder, 'redis'), foreign, { recursive: true });
  expect(await findings(foreign)).toEqual([
    expect.stringMatching(/refuse: .*other data.*point REDIS_URL at the right store/),
  ]);
  expect(await findings(backup)).toEqual([
    expect.stringMatching(/safe_mode: .*older than at the last start.*Nothing goes out by itself/),
  ]);
  // A backup was restored while the bot ran: its stop must not record it, or the next start would accept it.
  const put = await startEmbeddedRedis(join(folder, 'backup'));
  const older = await openStoreAt(put.url, 'nobody');
  await rememberStore(older.redis, gate, true);
  older.close();
  await put.stop();
  expect(await findings(backup)).toEqual([expect.stringMatching(/older than at the last start/)]);
  await app.restart();
  await rememberStore(app.running.store.redis, gate);
  await app.close();
  await other.close();
});

/** Bytes whose damage must be detected: the framing that Redis needs to load its file, and the content of a case. */
const PLACES = [
  { where: 'the frame of a command', pattern: /\r\n[*$]\d/g },
  { where: 'the record of a case', pattern: /"filedAt":\d+[^\r]*?"state":"submitted"/g },
] as const;

test.each(PLACES)(
  `a flipped byte in $where is refused by Redis or found by verify, ${FLIPS} times`,
  { timeout: 180_000 },
  async ({ pattern, where }) => {
    const random = randomIntFrom(seedOf('F5'));
    const app = await openTestApp({ cluster: false });
    await report(await app.phone());
    await app.running.close();
    const name = where.replaceAll(' ', '-');
    const original = join(folder, name);
    cpSync(join(app.folder, 'redis'), original, { recursive: true });
    await app.close();
    const aof = join(
      'appendonlydir',
      readdirSync(join(original, 'appendonlydir')).find((file) => file.endsWith('.incr.aof')) ?? '',
    );
    const hits = [...readFileSync(join(original, aof), 'latin1').matchAll(pattern)];
    expect(hits.length).toBeGreaterThan(0);
    for (let i = 0; i < FLIPS; i += 1) {
      const { index, 0: text } = hits[random(hits.length)] ?? { index: 0, 0: '' };
      const copy = join(folder, `${name}-${i}`);
      cpSync(original, copy, { recursive: true });
      rmSync(join(copy, 'embedded.json'), { force: true });
      const at = index + (where.startsWith('the frame') ? 2 : random(text.length));
      const bytes = readFileSync(join(copy, aof));
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      writeFileSync(join(copy, aof), bytes);
      const redis = await startEmbeddedRedis(copy).catch(() => undefined);
      if (redis) {
        const store = await openStoreAt(redis.url, 'test');
        const wrong = await Promise.all(INVARIANTS.map((holds) => holds(store).catch(() => ['cannot be read'])));
        expect(wrong.flat(), `byte ${at}`).not.toEqual([]);
        store.close();
        await redis.stop();
      }
      rmSync(copy, { recursive: true, force: true });
    }
  },
);
