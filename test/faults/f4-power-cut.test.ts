import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { report } from '../report.ts';
import { openTestApp } from '../test-app.ts';
import { expectInvariants, openStoreAt } from './invariants.ts';
import { randomIntFrom, seedOf } from './seed.ts';

const OFFSETS = Number(process.env.F4_OFFSETS ?? 40);

const folder = mkdtempSync(join(tmpdir(), 'anlin-f4-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(`a power cut at any of ${OFFSETS} places in the append-only file leaves no operation half done`, {
  timeout: 180_000,
}, async () => {
  const random = randomIntFrom(seedOf('F4'));
  const app = await openTestApp({ cluster: false });
  await Promise.all(Array.from({ length: 4 }, async () => report(await app.phone())));
  const original = join(folder, 'original');
  await app.running.close();
  cpSync(join(app.folder, 'redis'), original, { recursive: true });
  await app.close();

  const aof = readdirSync(join(original, 'appendonlydir')).find((file) => file.endsWith('.incr.aof')) ?? '';
  const size = statSync(join(original, 'appendonlydir', aof)).size;
  expect(size).toBeGreaterThan(10_000);
  let cases = 0;
  for (let i = 0; i < OFFSETS; i += 1) {
    const copy = join(folder, `cut-${i}`);
    cpSync(original, copy, { recursive: true });
    rmSync(join(copy, 'embedded.json'));
    truncateSync(join(copy, 'appendonlydir', aof), placeOf(i, size, random));
    const redis = await startEmbeddedRedis(copy);
    const store = await openStoreAt(redis.url, 'test');
    await expectInvariants(store);
    cases += await store.redis.zcard(store.keys.casesIn('submitted'));
    store.close();
    await redis.stop();
    rmSync(copy, { recursive: true });
  }
  expect(cases, 'some cuts came after a case was filed').toBeGreaterThan(0);
});

/** Spreads the cuts over the file. The last one removes one byte, so that every case was filed before it. */
function placeOf(i: number, size: number, random: (below: number) => number): number {
  if (i === OFFSETS - 1) return size - 1;
  return Math.floor((i * size) / OFFSETS) + random(Math.floor(size / OFFSETS));
}
