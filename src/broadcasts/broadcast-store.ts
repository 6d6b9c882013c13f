import { DAY_MS } from '../calendar.ts';
import type { Check, Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Broadcast, BroadcastId, RunId } from './broadcast.ts';
import { isCounted } from './lifecycle.ts';

export type KeptBroadcast = { readonly version: number; readonly record: Broadcast };

/** So many are looked through for a list; older ones are found by their id. */
const LISTED_MAX = 100;

export async function loadBroadcast({ redis, keys }: Store, id: string): Promise<KeptBroadcast | undefined> {
  if (!/^broadcast_\w{8}$/.test(id)) return undefined;
  const [version, record] = await orStoreAway(redis.hmget(keys.broadcast(id), 'version', 'record'));
  return record ? { version: Number(version), record: JSON.parse(record) as Broadcast } : undefined; // written below
}

/** As long as what people say to an announcement is kept by person. */
export const ANSWERS_MS = 30 * DAY_MS;

/** The announcement that somebody has before them, if it was sent and is not too old to be answered. */
export async function loadSent(store: Store, id: unknown, now: number): Promise<Broadcast | undefined> {
  const kept = typeof id === 'string' ? await loadBroadcast(store, id) : undefined;
  const last = kept?.record.runs.findLast(({ fate }) => fate === 'fired');
  return last && now - last.slot < ANSWERS_MS ? kept?.record : undefined;
}

/** The newest, newest first. */
export async function loadBroadcasts(store: Store): Promise<readonly KeptBroadcast[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.broadcasts, 0, String(LISTED_MAX - 1), 'REV'));
  const found = await Promise.all(ids.map((id) => loadBroadcast(store, id)));
  return found.flatMap((one) => one ?? []);
}

/** Sendings since then (ms) of which something is still kept, the newest first. */
export async function keptRuns({ redis, keys }: Store, since = 0): Promise<readonly RunId[]> {
  const runs = await orStoreAway(redis.zrange(keys.broadcastsKept, '+inf', String(since), 'BYSCORE', 'REV'));
  return runs as RunId[]; // written when their slots fell due
}

/** What a commit needs to keep a new state of a broadcast; it must still be as it was loaded. */
export function keepBroadcast(
  { keys }: Store,
  record: Broadcast,
  before?: KeptBroadcast,
): { readonly checks: readonly Check[]; readonly writes: readonly Write[] } {
  const { id, madeAt, next } = record;
  const version = String((before?.version ?? 0) + 1);
  return {
    checks: [{ key: keys.broadcast(id), field: 'version', is: before ? String(before.version) : '' }],
    writes: [
      ['HSET', keys.broadcast(id), 'version', version, 'record', JSON.stringify(record)],
      ['ZADD', keys.broadcasts, madeAt, id],
      next === undefined ? ['ZREM', keys.broadcastsDue, id] : ['ZADD', keys.broadcastsDue, next, id],
    ],
  };
}

/** Organisers shall be told of something about a broadcast. */
export function newsOf({ keys }: Store, id: BroadcastId, what: string, now: number): Write {
  return ['ZADD', keys.broadcastsNews, now, `${id} ${what}`];
}

/** How many broadcasts of this organiser went out in the last 24 hours. */
export function madeLately(all: readonly KeptBroadcast[], who: string, now: number): number {
  const since = now - DAY_MS;
  return all.filter(({ record }) => record.by === who && isCounted(record) && (record.approval?.at ?? 0) > since)
    .length;
}
