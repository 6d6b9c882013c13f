import { createHash } from 'node:crypto';
import { commitAsSystem } from '../store/commit-as-system.ts';
import { StoreAway } from '../store/connect.ts';
import type { Store } from '../store/store.ts';

/** Concurrent commits to one city conflict; five attempts outlast them. */
const TRIES = 5;

/** Commits the change of one Open311 call; a repeat of its `op` counts as success. */
export async function commitCall(
  store: Store,
  change: Parameters<typeof commitAsSystem>[1],
  now: () => number,
): Promise<void> {
  for (let i = 0; i < TRIES; i += 1) {
    const done = await commitAsSystem(store, change, now());
    if (done.type === 'ok' || done.type === 'duplicate') return;
    if (done.type === 'limit') break;
  }
  throw new StoreAway('An Open311 call could not be committed. Concurrent changes or a full store stopped it.');
}

/** Digest for ids and operation ids that a repeated call must produce again. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 11);
}
