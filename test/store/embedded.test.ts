import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedRedis } from '../../src/store/start/embedded.ts';
import { DataInUse, runningEmbeddedUrl, startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { noteFileIn, readNote, writeNote } from '../../src/store/start/embedded-note.ts';

/** A process id that does not exist: above the largest that Linux gives. */
const NO_PROCESS = 4_194_305;

let folder: string;
let redis: EmbeddedRedis;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-embedded-'));
  redis = await startEmbeddedRedis(folder);
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a check while the note names another owner, then puts the note back. */
async function withOwner(owner: number, check: () => Promise<void>): Promise<void> {
  const note = { port: redis.port, password: redis.password };
  writeNote(noteFileIn(folder), { ...note, owner });
  await check().finally(() => writeNote(noteFileIn(folder), { ...note, owner: process.pid }));
}

test('the URL of a running embedded server is found by its data folder', async () => {
  expect(await runningEmbeddedUrl(folder)).toBe(redis.url);
});

test('a server whose owner process has died does not count as running', async () => {
  await withOwner(NO_PROCESS, async () => expect(await runningEmbeddedUrl(folder)).toBeUndefined());
});

test('a data folder that another process has open is refused with the cure', async () => {
  await withOwner(process.ppid, async () => {
    expect(await runningEmbeddedUrl(folder)).toBe(redis.url);
    const second = startEmbeddedRedis(folder);
    await expect(second).rejects.toThrow(DataInUse);
    await expect(second).rejects.toThrow(`Another process (${process.ppid}) is using`);
    expect(readNote(noteFileIn(folder))).toMatchObject({ port: redis.port, owner: process.ppid });
  });
});

test('a server that is too busy to answer, or still loads its data, is in use', async () => {
  const client = new Redis(redis.url);
  await client.config('SET', 'busy-reply-threshold', '1');
  const busy = client.eval('while true do end', 0).catch(() => {});
  const other = new Redis(redis.url, { enableReadyCheck: false });
  await expect.poll(() => other.ping().catch((error: Error) => error.message)).toMatch(/BUSY/);
  expect(await runningEmbeddedUrl(folder)).toBe(redis.url);
  await other.script('KILL');
  await busy;
  client.disconnect();
  other.disconnect();
});

test('a server that its owner has just started is waited for', async () => {
  const other = mkdtempSync(join(tmpdir(), 'anlin-embedded-'));
  const starting = startEmbeddedRedis(other);
  await expect.poll(() => readNote(noteFileIn(other))).toBeDefined();
  expect(await runningEmbeddedUrl(other)).toMatch(/^redis:/);
  await (await starting).stop();
  rmSync(other, { recursive: true, force: true });
});

test('a folder without a server, with a damaged note or with a stopped server has no URL', async () => {
  const other = mkdtempSync(join(tmpdir(), 'anlin-embedded-'));
  expect(await runningEmbeddedUrl(other)).toBeUndefined();
  writeFileSync(noteFileIn(other), '{"port":');
  expect(await runningEmbeddedUrl(other)).toBeUndefined();
  const stopped = await startEmbeddedRedis(other);
  await stopped.stop();
  expect(await runningEmbeddedUrl(other)).toBeUndefined();
  rmSync(other, { recursive: true, force: true });
});
