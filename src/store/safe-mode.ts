import type { Log } from '../log.ts';
import type { Store } from './store.ts';
import { orStoreAway, outboxKeys } from './store.ts';

/** Leases of everything that sends without a request. */
const SENDERS = ['broadcasts', 'jobs'] as const;

/** Since when (ms) nothing goes out by itself, how many messages waited then, and whether somebody was told. */
export type SafeMode = { readonly since: number; readonly dropped: number; readonly told: boolean };

/** Older data were put back, and nobody has said how to go on; undefined in ordinary times. */
export async function safeMode({ redis, keys }: Store): Promise<SafeMode | undefined> {
  const [since, dropped, told] = await orStoreAway(redis.hmget(keys.meta, 'safe_since', 'safe_dropped', 'safe_told'));
  return since ? { since: Number(since), dropped: Number(dropped), told: Boolean(told) } : undefined;
}

/** Lets nothing go out by itself any more; people who write are still answered. `restores` is the count that was seen before. */
export async function goSafe({ redis, keys }: Store, restores: number): Promise<void> {
  const all = [...outboxKeys(keys), keys.outboxDead, keys.meta, ...SENDERS.map(keys.lease)];
  await orStoreAway(redis.anlinGoSafe(all.length, ...all, restores));
}

/** How far a city's data have come. A smaller number than before means that older data were put back. */
export type Reached = { readonly restores: number; readonly audited: number };

export async function reachedBy({ redis, keys }: Pick<Store, 'redis' | 'keys'>): Promise<Reached> {
  const [restores, audited] = await orStoreAway(redis.hmget(keys.meta, 'restores', 'audit_seq'));
  return { restores: Number(restores ?? 0), audited: Number(audited ?? 0) };
}

/** Whether data lie behind what was seen of them, and nobody has noticed since. */
export function isBehind(now: Reached, seen: Reached): boolean {
  return now.restores < seen.restores || (now.restores === seen.restores && now.audited < seen.audited);
}

/** Detects older data put back under a running process; each call compares with the call before. */
export function restoreDetector(store: Store, log: Log): () => Promise<boolean> {
  let seen: Reached = { restores: 0, audited: 0 };
  return async () => {
    const now = await reachedBy(store);
    const behind = isBehind(now, seen);
    if (behind) {
      log.warn({ seen, now }, 'older data were put back: safe mode until an organiser ends it');
      await goSafe(store, now.restores);
    }
    seen = now;
    return behind;
  };
}
