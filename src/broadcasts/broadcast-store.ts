import { DAY_MS } from '../calendar.ts';
import type { Write } from '../store/commit.ts';
import type { Change, Kept } from '../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Broadcast, BroadcastId, RunId } from './broadcast.ts';
import { countsTowardDailyLimit } from './lifecycle.ts';

/** Broadcasts loaded for a list; older ones are loaded by id. */
const LISTED_MAX = 100;

/** Loads a broadcast; undefined for an unknown or forged id. */
export async function loadBroadcast(store: Store, id: string): Promise<Kept<Broadcast> | undefined> {
  if (!/^broadcast_\w{8}$/.test(id)) return undefined;
  const [kept] = await loadRecords<Broadcast>(store, [store.keys.broadcast(id)]);
  return kept;
}

/** Retention of acknowledgements and replies by pseudonym, ms. */
export const RESPONSES_KEPT_MS = 30 * DAY_MS;

/** Loads an announcement that was sent and can still be answered; `unsent` under a preview. */
export async function loadAnswerable(
  store: Store,
  id: unknown,
  now: number,
): Promise<Broadcast | 'unsent' | undefined> {
  const kept = typeof id === 'string' ? await loadBroadcast(store, id) : undefined;
  if (kept?.record.runs.every(({ fate }) => fate === 'missed')) return 'unsent';
  const last = kept?.record.runs.findLast(({ fate }) => fate === 'fired');
  return last && now - last.slot < RESPONSES_KEPT_MS ? kept?.record : undefined;
}

/** Loads the newest broadcasts, newest first. */
export async function loadBroadcasts(store: Store): Promise<readonly Kept<Broadcast>[]> {
  const { redis, keys } = store;
  const ids = await orStoreAway(redis.zrange(keys.broadcasts, 0, String(LISTED_MAX - 1), 'REV'));
  return loadRecords(
    store,
    ids.map((id) => keys.broadcast(id)),
  );
}

/** Loads every stored broadcast, oldest first. */
export async function loadAllBroadcasts(store: Store): Promise<readonly Kept<Broadcast>[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.broadcasts, 0, '-1'));
  return loadRecords<Broadcast>(store, ids.map(store.keys.broadcast));
}

/** Loads the runs since a time (ms), newest first. Runs without retained data are left out. */
export async function loadRetainedRuns({ redis, keys }: Store, since = 0): Promise<readonly RunId[]> {
  const runs = await orStoreAway(redis.zrange(keys.broadcastsKept, '+inf', String(since), 'BYSCORE', 'REV'));
  return runs as RunId[]; // written by the schedule job
}

/** The change that stores a broadcast and its index entries; the commit conflicts if it changed since `before`. */
export function keepBroadcast({ keys }: Store, record: Broadcast, before?: Kept<Broadcast>): Change {
  const { id, madeAt, next } = record;
  const { checks, writes } = keepRecord(keys.broadcast(id), record, before);
  return {
    checks,
    writes: [
      ...writes,
      ['ZADD', keys.broadcasts, madeAt, id],
      next === undefined ? ['ZREM', keys.broadcastsDue, id] : ['ZADD', keys.broadcastsDue, next, id],
    ],
  };
}

/** Queues an event for the broadcast news job, which notifies organisers. */
export function queueNews({ keys }: Store, id: BroadcastId, what: string, now: number): Write {
  return ['ZADD', keys.broadcastsNews, now, `${id} ${what}`];
}

/** Counts this organiser's approved broadcasts of the last 24 hours. */
export function countApprovedLastDay(all: readonly Kept<Broadcast>[], organiser: string, now: number): number {
  const since = now - DAY_MS;
  return all.filter(
    ({ record }) => record.by === organiser && countsTowardDailyLimit(record) && (record.approval?.at ?? 0) > since,
  ).length;
}
