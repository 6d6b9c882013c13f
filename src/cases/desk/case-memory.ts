import type { Connection } from '../../store/connect.ts';
import { readFieldsSingly } from '../../store/records/read-fields.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCases } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';

/** Records that one process keeps for searches; the least recently read one goes first. Some 20 MB. */
const KEPT_MAX = 8000;
/** Writes that one look reads; after more, all records are read anew. */
const WRITES_MAX = 2000;
/** The position before the first write. */
const START = '0-0';

/** Records as they are at a position of the stream of writes. */
type Memory = { position: string; readonly records: Map<string, Kept<HazardCase>> };
const MEMORIES = new WeakMap<Connection, Memory>();

/**
 * Loads cases like `loadCases` and keeps their records in this process. Each call first reads which cases were written
 * since the last one, by any process, and then only the records of those and of unknown ones.
 */
export async function loadRemembered(store: Store, ids: readonly string[]): Promise<readonly Kept<HazardCase>[]> {
  const memory = MEMORIES.get(store.redis) ?? { position: START, records: new Map<string, Kept<HazardCase>>() };
  MEMORIES.set(store.redis, memory);
  await dropWritten(store, memory);
  const { records, position } = memory;
  const known = ids.map((id) => records.get(id));
  const missing = ids.filter((_, i) => !known[i]);
  const loaded = await loadCases(store, missing, readFieldsSingly);
  const byId = new Map(loaded.map((kept) => [kept.record.id as string, kept]));
  // Another call may have moved on meanwhile, and dropped a case before this one read its old record.
  const isCurrent = memory.position === position;
  return ids.flatMap((id, i) => {
    const kept = known[i] ?? byId.get(id);
    if (kept && isCurrent) {
      records.delete(id);
      records.set(id, kept);
    }
    if (records.size > KEPT_MAX) records.delete(records.keys().next().value ?? '');
    return kept ? [kept] : [];
  });
}

/** Drops the records of cases that were written since the last look; all, if the store no longer names each of them. */
async function dropWritten({ redis, keys }: Store, memory: Memory): Promise<void> {
  const from = memory.position;
  // The last known entry is read again: without it, the store has forgotten some that followed.
  const entries = await orStoreAway(redis.xrange(keys.caseWrites, from, '+', 'COUNT', WRITES_MAX));
  const isWhole = entries.length < WRITES_MAX && (from === START || entries[0]?.[0] === from);
  // Another call looked at the same time: the one that saw less leaves the rest to it.
  const isLatest = memory.position === from;
  if (isWhole || !isLatest) {
    for (const [entry, [, id = '']] of entries) if (entry !== from) memory.records.delete(id);
    if (isLatest) memory.position = entries.at(-1)?.[0] ?? START;
    return;
  }
  const [newest] = await orStoreAway(redis.xrevrange(keys.caseWrites, '+', '-', 'COUNT', 1));
  memory.records.clear();
  memory.position = newest?.[0] ?? START;
}
