import type { Redis } from 'ioredis';
import { HOUR_MS } from '../../calendar.ts';
import { mastersOf } from '../connect.ts';
import type { Store } from '../store.ts';
import { orStoreAway } from '../store.ts';

/**
 * Rewrites the append-only file, so that deleted data are no longer on disk.
 * Returns false if the rewrite failed or is not finished: call again. Replicas and copies of the folder keep old data.
 */
export async function forgetHistory(store: Store): Promise<boolean> {
  const done = await Promise.all(mastersOf(store.redis).map(rewrite));
  return done.length > 0 && done.every(Boolean);
}

/** Deleted data lie in the file for at most this time and one rewrite. */
export const REWRITE_EVERY_MS = 12 * HOUR_MS;

/** Rewrites the file if the last rewrite of this kind is 12 hours old. Returns true if it did. */
export async function forgetHistoryIfDue(store: Store, now: number): Promise<boolean> {
  const { redis, keys } = store;
  const last = Number(await orStoreAway(redis.hget(keys.meta, 'history_rewritten_at')));
  if (now < last + REWRITE_EVERY_MS || !(await forgetHistory(store))) return false;
  await orStoreAway(redis.hset(keys.meta, 'history_rewritten_at', String(now)));
  return true;
}

const POLL_MS = 50;
const WAIT_MAX_MS = 30_000;

async function rewrite(node: Redis): Promise<boolean> {
  // A rewrite under way may have begun before the deletion, so wait for its end and start another.
  const before = await waitUntil(node, ({ running }) => !running);
  if (!before) return false;
  await orStoreAway(node.bgrewriteaof());
  const after = await waitUntil(node, ({ running, rewrites }) => !running && rewrites > before.rewrites);
  return after?.ok ?? false;
}

type Rewrites = { readonly running: boolean; readonly rewrites: number; readonly ok: boolean };

async function waitUntil(node: Redis, holds: (now: Rewrites) => boolean): Promise<Rewrites | undefined> {
  for (let waited = 0; waited < WAIT_MAX_MS; waited += POLL_MS) {
    const now = await rewritesOf(node);
    if (holds(now)) return now;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return undefined;
}

async function rewritesOf(node: Redis): Promise<Rewrites> {
  const info = await orStoreAway(node.info());
  const field = (name: string) => new RegExp(`${name}:(\\S+)`).exec(info)?.[1] ?? '';
  return {
    running: field('aof_rewrite_in_progress') === '1' || field('aof_rewrite_scheduled') === '1',
    rewrites: Number(field('aof_rewrites')),
    ok: field('aof_last_bgrewrite_status') === 'ok',
  };
}
