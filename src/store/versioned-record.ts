import type { Check, Write } from './commit.ts';
import { readFields } from './read-fields.ts';
import type { Store } from './store.ts';

/** A record and its version when it was loaded. A change fails if the stored version differs. */
export type Kept<T> = { readonly version: number; readonly record: T };
/** A part of a commit: its preconditions and its writes. */
export type Change = { readonly checks: readonly Check[]; readonly writes: readonly Write[] };
/** Checks and writes nothing. */
export const NO_CHANGE: Change = { checks: [], writes: [] };

/** Loads records from hashes, in the order of the keys; missing ones are left out. */
export async function loadRecords<T>(store: Store, keys: readonly string[]): Promise<readonly Kept<T>[]> {
  const found = await readFields(store, keys, ['version', 'record']);
  return found.flatMap(
    ([version = '', record = '']) =>
      record === '' ? [] : [{ version: Number(version), record: JSON.parse(record) as T }], // written by keepRecord
  );
}

/** Writes a new state of a record; without `before` the record must not exist yet. */
export function keepRecord<T>(key: string, record: T, before?: Kept<T>): Change {
  const version = String((before?.version ?? 0) + 1);
  return {
    checks: [{ key, field: 'version', is: before ? String(before.version) : '' }],
    writes: [['HSET', key, 'version', version, 'record', JSON.stringify(record)]],
  };
}
