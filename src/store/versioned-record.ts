import type { Check, Write } from './commit.ts';
import { readFields } from './read-fields.ts';
import type { Store } from './store.ts';

/** A record with the version that a change to it must find unchanged. */
export type Kept<T> = { readonly version: number; readonly record: T };
export type Change = { readonly checks: readonly Check[]; readonly writes: readonly Write[] };
export const NO_CHANGE: Change = { checks: [], writes: [] };

/** Records that lie in hashes of their own, in the order of their keys; those that are gone are left out. */
export async function loadRecords<T>(store: Store, keys: readonly string[]): Promise<readonly Kept<T>[]> {
  const found = await readFields(store, keys, ['version', 'record']);
  return found.flatMap(
    ([version = '', record = '']) =>
      record === '' ? [] : [{ version: Number(version), record: JSON.parse(record) as T }], // written by keepRecord
  );
}

/** What a commit needs to keep a new state of a record; it must still be as it was loaded. */
export function keepRecord<T>(key: string, record: T, before?: Kept<T>): Change {
  const version = String((before?.version ?? 0) + 1);
  return {
    checks: [{ key, field: 'version', is: before ? String(before.version) : '' }],
    writes: [['HSET', key, 'version', version, 'record', JSON.stringify(record)]],
  };
}
