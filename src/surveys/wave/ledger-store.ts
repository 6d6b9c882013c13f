import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Change } from '../../store/versioned-record.ts';
import type { LedgerEntry } from './wave.ts';

export async function loadEntry({ redis, keys }: Store, id: string, urn: Urn): Promise<LedgerEntry | undefined> {
  const entry = await orStoreAway(redis.hget(keys.waveLedger(id), urn));
  return entry ? (JSON.parse(entry) as LedgerEntry) : undefined; // written by keepEntry or keepNewLedger
}

export async function loadLedger({ redis, keys }: Store, id: string): Promise<ReadonlyMap<Urn, LedgerEntry>> {
  const all = await orStoreAway(redis.hgetall(keys.waveLedger(id)));
  // Written by keepEntry or keepNewLedger.
  return new Map(Object.entries(all).map(([urn, entry]) => [urn as Urn, JSON.parse(entry) as LedgerEntry]));
}

/** Keeps an entry that replaces `before`; the commit fails if the stored entry differs from `before`. */
export function keepEntry({ keys }: Store, id: string, urn: Urn, entry: LedgerEntry, before: LedgerEntry): Change {
  const key = keys.waveLedger(id);
  return {
    checks: [{ key, field: urn, is: JSON.stringify(before) }],
    writes: [['HSET', key, urn, JSON.stringify(entry)]],
  };
}

/** Number of fields that one command of a script may carry. */
const BATCH = 2000;

/** Keeps the ledger of a wave that was just drawn. */
export function keepNewLedger(
  { keys }: Store,
  id: string,
  ledger: readonly (readonly [Urn, LedgerEntry])[],
): readonly Write[] {
  const writes: Write[] = [];
  for (let i = 0; i < ledger.length; i += BATCH) {
    const fields = ledger.slice(i, i + BATCH).flatMap(([urn, entry]) => [urn, JSON.stringify(entry)]);
    writes.push(['HSET', keys.waveLedger(id), ...fields]);
  }
  return writes;
}
