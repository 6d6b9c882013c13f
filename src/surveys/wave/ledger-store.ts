import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import { checksumOf, parseChecked } from '../../store/records/checksum.ts';
import { scanHash } from '../../store/records/scan-hash.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { LedgerEntry } from './wave.ts';

export async function loadEntry({ redis, keys }: Store, id: string, urn: Urn): Promise<LedgerEntry | undefined> {
  const entry = await orStoreAway(redis.hget(keys.waveLedger(id), urn));
  if (entry === null) return undefined;
  const read = decode(entry);
  if (read === undefined) throw new DamagedEntry('A ledger entry is damaged; npm run anlin -- verify names it.');
  return read;
}

/** An entry that this code cannot have written. Only this member's own answer fails with it. */
class DamagedEntry extends Error {
  override readonly name = 'DamagedEntry';
}

/** The entry as stored: JSON, #, checksum. */
export function encode(entry: LedgerEntry): string {
  const text = JSON.stringify(entry);
  return `${text}#${checksumOf(text)}`;
}

/** Reads a stored entry; undefined if it is damaged. Earlier releases wrote no sum. */
export function decode(stored: string): LedgerEntry | undefined {
  const at = stored.lastIndexOf('}') + 1;
  return parseChecked<LedgerEntry>(stored.slice(0, at), stored.slice(at + 1));
}

/** Loads all entries; damaged ones are left out and reported. */
export async function loadLedger(store: Store, id: string): Promise<ReadonlyMap<Urn, LedgerEntry>> {
  const all = new Map<Urn, LedgerEntry>();
  for await (const batch of scanLedger(store, id)) for (const [urn, entry] of batch) all.set(urn, entry);
  return all;
}

/** Loads all entries in batches; damaged ones are left out and reported. */
export async function* scanLedger(store: Store, id: string): AsyncGenerator<readonly (readonly [Urn, LedgerEntry])[]> {
  const key = store.keys.waveLedger(id);
  for await (const batch of scanHash(store, key))
    yield batch.flatMap(([urn, stored]) => {
      const entry = decode(stored);
      if (entry === undefined) store.damaged(key);
      return entry === undefined ? [] : [[urn as Urn, entry] as const];
    });
}

/** Keeps an entry that replaces `before`; the commit fails if the stored entry differs from `before`. */
export function keepEntry({ keys }: Store, id: string, urn: Urn, entry: LedgerEntry, before: LedgerEntry): Change {
  const key = keys.waveLedger(id);
  return {
    checks: [{ key, field: urn, is: encode(before) }],
    writes: [['HSET', key, urn, encode(entry)]],
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
    const fields = ledger.slice(i, i + BATCH).flatMap(([urn, entry]) => [urn, encode(entry)]);
    writes.push(['HSET', keys.waveLedger(id), ...fields]);
  }
  return writes;
}
