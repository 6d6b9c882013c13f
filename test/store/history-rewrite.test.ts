import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { historyRewriteJob } from '../../src/background/history-rewrite-job.ts';
import { HOUR_MS } from '../../src/calendar.ts';
import { connect } from '../../src/store/connect.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { openStore } from '../../src/store/store.ts';
import { OUTER_KEY } from '../outer-key.ts';
import { NO_PACE } from '../test-app.ts';

const WORDS = '我家在三号楼，周阿姨写的';

const folder = mkdtempSync(join(tmpdir(), 'anlin-history-'));
const server = await startEmbeddedRedis(folder);
const redis = connect(server.url);
const store = await openStore(redis, 'history', NO_PACE, 0, { outerKey: OUTER_KEY });

afterAll(async () => {
  redis.disconnect();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Looks for a text in every file of the server, as who takes the disk would. */
function onDisk(text: string): boolean {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.some(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(text));
}

test('what was deleted is gone from the file of the store within a day', async () => {
  const job = historyRewriteJob(store);
  const run = (hours: number) => job.run(hours * HOUR_MS, () => false);
  expect(await run(12)).toEqual({ rewritten: 1 });
  await redis.set('{history}:words', WORDS);
  await redis.del('{history}:words');
  expect(onDisk(WORDS)).toBe(true);
  expect(await run(13)).toEqual({ rewritten: 0 });
  expect(await run(24)).toEqual({ rewritten: 1 });
  expect(onDisk(WORDS)).toBe(false);
});

test('no key that turns a pseudonym back lies in the store', async () => {
  const fields = await redis.hgetall(store.keys.meta);
  expect(fields).not.toHaveProperty('pseudonym_key');
  expect(onDisk(OUTER_KEY.key)).toBe(false);
  expect(store.unseal(fields.pseudonym_sealed ?? '', 'pseudonym')).toMatch(/^[\w-]{43}$/);
});
