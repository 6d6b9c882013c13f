import type { Log } from '../log.ts';
import { outboxKeys } from './script-inputs.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** Leases of everything that sends without a request. */
const SENDERS = ['broadcasts', 'jobs'] as const;

/** Safe mode: since when (ms since the epoch), how many waiting messages it discarded, and if organisers were told. */
export type SafeMode = { readonly since: number; readonly dropped: number; readonly told: boolean };

/** Reads the state of safe mode, which lasts until an organiser ends it; undefined in normal operation. */
export async function loadSafeMode({ redis, keys }: Store): Promise<SafeMode | undefined> {
  const [since, dropped, told] = await orStoreAway(redis.hmget(keys.meta, 'safe_since', 'safe_dropped', 'safe_told'));
  return since ? { since: Number(since), dropped: Number(dropped), told: Boolean(told) } : undefined;
}

/**
 * Enters safe mode after a restore of older data: nothing is sent unasked, people who write still get answers.
 * `restores` is the count that the caller has read, so that each restore is recorded once.
 */
export async function enterSafeMode({ redis, keys }: Store, restores: number): Promise<void> {
  const all = [...outboxKeys(keys), keys.outboxDead, keys.meta, ...SENDERS.map(keys.lease)];
  await orStoreAway(redis.anlinEnterSafeMode(all.length, ...all, restores));
}

/** Counters that only grow. A smaller value than before means that older data were restored. */
export type StorePosition = { readonly restores: number; readonly audited: number };

/** Reads the store's counters. */
export async function loadStorePosition({ redis, keys }: Pick<Store, 'redis' | 'keys'>): Promise<StorePosition> {
  const [restores, audited] = await orStoreAway(redis.hmget(keys.meta, 'restores', 'audit_seq'));
  return { restores: Number(restores ?? 0), audited: Number(audited ?? 0) };
}

/** True if the data are older than when they were last seen and no process has recorded the restore. */
export function isBehind(now: StorePosition, seen: StorePosition): boolean {
  return now.restores < seen.restores || (now.restores === seen.restores && now.audited < seen.audited);
}

/** Detects older data restored under a running process; each call compares with the call before. */
export function openRestoreDetector(store: Store, log: Log): () => Promise<boolean> {
  let seen: StorePosition = { restores: 0, audited: 0 };
  return async () => {
    const now = await loadStorePosition(store);
    const behind = isBehind(now, seen);
    if (behind) {
      log.warn({ seen, now }, 'older data were restored: safe mode until an organiser ends it');
      await enterSafeMode(store, now.restores);
    }
    seen = now;
    return behind;
  };
}
