import type { Redis } from 'ioredis';
import { mastersOf } from './connect.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/**
 * Has the store write its file anew from what it holds now: what was deleted stands nowhere in it any more. False while that
 * is not done; to be asked again. Replicas and copies of the folder hold what they held.
 */
export async function forgetHistory(store: Store): Promise<boolean> {
  const done = await Promise.all(mastersOf(store.redis).map(rewrite));
  return done.length > 0 && done.every(Boolean);
}

const LOOK_MS = 50;
const WAIT_MAX_MS = 30_000;

async function rewrite(node: Redis): Promise<boolean> {
  // One that runs may have begun before the deletion: ours comes after it.
  const before = await until(node, ({ running }) => !running);
  if (!before) return false;
  await orStoreAway(node.bgrewriteaof());
  const after = await until(node, ({ running, rewrites }) => !running && rewrites > before.rewrites);
  return after?.ok ?? false;
}

type Rewrites = { readonly running: boolean; readonly rewrites: number; readonly ok: boolean };

async function until(node: Redis, wanted: (now: Rewrites) => boolean): Promise<Rewrites | undefined> {
  for (let waited = 0; waited < WAIT_MAX_MS; waited += LOOK_MS) {
    const now = await rewritesOf(node);
    if (wanted(now)) return now;
    await new Promise((done) => setTimeout(done, LOOK_MS));
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
