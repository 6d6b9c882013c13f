import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Journal } from '../../src/channels/journal.ts';
import { openJournal } from '../../src/channels/journal.ts';
import { openLog } from '../../src/log.ts';
import { PATIENCE_MS } from '../patience.ts';

type Kept = { readonly from: string; readonly n: number };

const silent = openLog('error', [], () => {});
let folder = '';
let path = '';
let taken: Kept[] = [];
let isAway = false;
const open: Journal<Kept>[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-journal-'));
  path = join(folder, 'journal.jsonl');
  taken = [];
  isAway = false;
});
afterEach(async () => {
  for (const journal of open.splice(0)) await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function journal(): Journal<Kept> {
  const receive = async (one: Kept) => {
    if (isAway) throw new Error('away');
    taken.push(one);
  };
  const opened = openJournal(path, receive, silent);
  open.push(opened);
  return opened;
}
const take = (into: Journal<Kept>, n: number, from = 'a') => into.take({ from, n }, from);

test('a message that the store takes leaves no trace on disk', async () => {
  const j = journal();
  await take(j, 1);
  expect(taken).toHaveLength(1);
  expect(() => readFileSync(path)).toThrow();
});

test('while the store is away every message is answered for, and all arrive afterwards, in order, once', async () => {
  const j = journal();
  isAway = true;
  await Promise.all([1, 2, 3].map((n) => take(j, n)));
  // The store is back, but the first three still wait: a later message waits behind them.
  isAway = false;
  await take(j, 4);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5);
  await vi.waitFor(() => expect(taken.map(({ n }) => n)).toEqual([1, 2, 3, 4]), { timeout: PATIENCE_MS });
  await vi.waitFor(() => expect(() => readFileSync(path)).toThrow());
  expect(j.waiting()).toBe(0);
});

test('a process that is killed leaves its messages to the next one; a torn last line was never answered for', async () => {
  const j = journal();
  isAway = true;
  for (const n of [1, 2]) await take(j, n);
  await j.close();
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"from":"a","n`);
  isAway = false;
  journal();
  await vi.waitFor(() => expect(taken.map(({ n }) => n)).toEqual([1, 2]), { timeout: PATIENCE_MS });
});

test('a message whose person is still being served waits for it, and other people do not', async () => {
  const j = journal();
  isAway = true;
  const first = take(j, 1);
  isAway = false;
  await Promise.all([first, take(j, 2), take(j, 3, 'b')]);
  await vi.waitFor(() => expect(taken).toHaveLength(3), { timeout: PATIENCE_MS });
  const own = taken.filter(({ from }) => from === 'a').map(({ n }) => n);
  expect(own).toEqual([1, 2]);
});
