import type { Log } from '../log.ts';
import type { StorePosition } from './known-data.ts';
import { isBehind } from './known-data.ts';
import { DATA_FINDINGS } from './probe.ts';
import { outboxKeys } from './scripts/script-inputs.ts';
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
 * `restores` is the count that the caller has read, so that each restore is recorded once. Where the data are not accepted,
 * processes that know newer ones take nothing.
 */
export async function enterSafeMode({ redis, keys }: Store, restores: number, isAccepted = true): Promise<void> {
  const all = [...outboxKeys(keys), keys.outboxDead, keys.meta, ...SENDERS.map(keys.lease)];
  await orStoreAway(redis.anlinEnterSafeMode(all.length, ...all, restores, isAccepted ? 1 : 0));
}

/** Reads the store's counters. */
export async function loadStorePosition({ redis, keys }: Pick<Store, 'redis' | 'keys'>): Promise<StorePosition> {
  const [restores, audited] = await orStoreAway(redis.hmget(keys.meta, 'restores', 'audit_seq'));
  return { restores: Number(restores ?? 0), audited: Number(audited ?? 0) };
}

/**
 * Detects data that were removed, exchanged or restored under a running process; each call compares with the call before.
 * A failover that lost the last commits leads to safe mode. A backup does too, and stops this process (see KnownData) until an
 * operator accepts it. An empty store, and that of another city, is left as it is.
 */
export function openRestoreDetector(store: Store, log: Log): () => Promise<boolean> {
  const { redis, keys, known } = store;
  let seen: StorePosition = { restores: 0, audited: 0 };
  let reported: string | undefined;
  const report = (type: keyof typeof DATA_FINDINGS) => {
    const { what, cure } = DATA_FINDINGS[type];
    if (reported !== type) log.error({ cure }, what);
    reported = type;
  };
  return async () => {
    const [instance, now] = await Promise.all([
      orStoreAway(redis.hget(keys.meta, 'instance')),
      loadStorePosition(store),
    ]);
    if (instance !== known.instance) {
      report('other');
      return false;
    }
    known.saw(now);
    const behind = isBehind(now, seen);
    if (isBehind(now, known.least())) {
      report('older');
      await enterSafeMode(store, now.restores, false);
    } else if (behind) {
      log.warn({ seen, now }, 'the last commits were lost: safe mode until an organiser ends it');
      await enterSafeMode(store, now.restores);
    } else reported = undefined;
    seen = now;
    return behind;
  };
}
