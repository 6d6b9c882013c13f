import type { Log } from '../log.ts';
import type { Store } from './store.ts';
import { asking, outboxKeys } from './store.ts';

/** Whoever sends without having been asked, by the leases under which they do so. */
const SENDERS = ['broadcasts', 'news', 'volunteering', 'surveys', 'hooks'] as const;

/** Since when (ms) nothing goes out by itself, how many messages waited then, and whether somebody was told. */
export type SafeMode = { readonly since: number; readonly dropped: number; readonly told: boolean };

/** Older data were put back, and nobody has said how to go on; undefined in ordinary times. */
export async function safeMode({ redis, keys }: Store): Promise<SafeMode | undefined> {
  const [since, dropped, told] = await asking(redis.hmget(keys.meta, 'safe_since', 'safe_dropped', 'safe_told'));
  return since ? { since: Number(since), dropped: Number(dropped), told: Boolean(told) } : undefined;
}

/** Lets nothing go out by itself any more; people who write are still answered. `restores` is the count that was seen before. */
export async function goSafe({ redis, keys }: Store, restores: number): Promise<void> {
  const all = [...outboxKeys(keys), keys.outboxDead, keys.meta, ...SENDERS.map(keys.lease)];
  await asking(redis.anlinGoSafe(all.length, ...all, restores));
}

/** How far a city's data have come. A smaller number than before means that older data were put back. */
export type Reached = { readonly restores: number; readonly audited: number };

export async function reachedBy({ redis, keys }: Pick<Store, 'redis' | 'keys'>): Promise<Reached> {
  const [restores, audited] = await asking(redis.hmget(keys.meta, 'restores', 'audit_seq'));
  return { restores: Number(restores ?? 0), audited: Number(audited ?? 0) };
}

/** Whether data lie behind what was seen of them, and nobody has noticed since. */
export function isBehind(now: Reached, seen: Reached): boolean {
  return now.restores < seen.restores || (now.restores === seen.restores && now.audited < seen.audited);
}

const EVERY_MS = 500;

/** Notices when older data are put back under the feet of a running process. */
export function watchRestores(store: Store, log: Log): { close(): void } {
  let seen: Reached = { restores: 0, audited: 0 };
  const look = async () => {
    if (store.redis.status !== 'ready') return;
    const now = await reachedBy(store);
    if (isBehind(now, seen)) {
      log.warn({ seen, now }, 'older data were put back: nothing goes out by itself until an organiser says so');
      await goSafe(store, now.restores);
    }
    seen = now;
  };
  const timer = setInterval(() => {
    look().catch((error) => log.warn({ err: error }, 'the store could not be looked at'));
  }, EVERY_MS);
  return { close: () => clearInterval(timer) };
}
