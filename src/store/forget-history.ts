import { scannable } from './connect.ts';
import type { Store } from './store.ts';
import { asking } from './store.ts';

/**
 * Has the store write its file anew from what it holds now: what was deleted stands nowhere in it any more. False while that
 * is not done; to be asked again.
 */
export async function forgetHistory(store: Store): Promise<boolean> {
  const node = scannable(store.redis);
  if (!node) return false;
  const before = await rewritesOf(store);
  if (before.running) {
    // It may have begun before the deletion: another one is needed after it.
    return false;
  }
  await asking(node.bgrewriteaof());
  for (let waited = 0; waited < WAIT_MAX_MS; waited += LOOK_MS) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    const now = await rewritesOf(store);
    if (!now.running && now.rewrites > before.rewrites) return now.ok;
  }
  return false;
}

const LOOK_MS = 50;
const WAIT_MAX_MS = 60_000;

async function rewritesOf(
  store: Store,
): Promise<{ readonly running: boolean; readonly rewrites: number; readonly ok: boolean }> {
  const info = await asking(scannable(store.redis)?.info() ?? Promise.resolve(''));
  const field = (name: string) => new RegExp(`${name}:(\\S+)`).exec(info)?.[1] ?? '';
  return {
    running: field('aof_rewrite_in_progress') === '1' || field('aof_rewrite_scheduled') === '1',
    rewrites: Number(field('aof_rewrites')),
    ok: field('aof_last_bgrewrite_status') === 'ok',
  };
}
