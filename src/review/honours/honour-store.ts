import type { Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import type { Honour, HonourId } from './honour.ts';
import { isOpenHonour } from './honour.ts';

/** Honours that lists and pages show, the newest first. */
const LISTED_MAX = 300;

/** Makes a random honour id. */
export function newHonourId(): HonourId {
  return `honour_${shortId()}`;
}

/** Loads an honour; undefined for a malformed or unknown id. */
export async function loadHonour(store: Store, id: unknown): Promise<Kept<Honour> | undefined> {
  if (typeof id !== 'string' || !/^honour_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Honour>(store, [store.keys.honour(id)]))[0];
}

/** Loads the newest honours, newest first; `most` 0: all. */
export async function loadHonours(store: Store, most = LISTED_MAX): Promise<readonly Kept<Honour>[]> {
  const ids = await orStoreAway(store.redis.zrevrange(store.keys.honours, 0, most - 1));
  return loadRecords<Honour>(store, ids.map(store.keys.honour));
}

/** Writes a state of an honour and its indexes. A nomination needs that its subject has no open honour. */
export function keepHonour({ keys }: Store, record: Honour, before?: Kept<Honour>): Change {
  const { checks, writes } = keepRecord(keys.honour(record.id), record, before);
  const open = keys.honourOpen(record.subject);
  const isEnding = before !== undefined && isOpenHonour(before.record) && !isOpenHonour(record);
  const first: readonly Write[] = [
    ['ZADD', keys.honours, record.nominatedAt, record.id],
    ['SET', open, record.id],
  ];
  return {
    checks: [...checks, ...(before ? [] : [{ absent: open }])],
    writes: [...writes, ...(before ? [] : first), ...(isEnding ? [['DEL', open] as const] : [])],
  };
}

/** Events that the job of honours handles: a clock that ended, or an act to notify of. */
export type HonourEvent =
  | 'proposed'
  | 'nominated'
  | 'notice_ends'
  | 'objected'
  | 'objection_due'
  | 'thanked'
  | 'declined'
  | 'taken_back';

/** Queues an event of an honour for a time (ms since the epoch). */
export function queueHonour({ keys }: Store, event: HonourEvent, id: HonourId, at: number): Write {
  return ['ZADD', keys.honoursNews, at, `${event} ${id}`];
}
