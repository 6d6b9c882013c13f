import type { Check, Write } from '../commit.ts';
import type { Store } from '../store.ts';
import { checksumOf, parseChecked } from './checksum.ts';
import { readFields } from './read-fields.ts';

/** A record and its version when it was loaded. A change fails if the stored version differs. */
export type Kept<T> = { readonly version: number; readonly record: T };
/** A part of a commit: its preconditions and its writes. */
export type Change = { readonly checks: readonly Check[]; readonly writes: readonly Write[] };
/** Checks and writes nothing. */
export const NO_CHANGE: Change = { checks: [], writes: [] };

/** Several changes as one: all of them, or none. */
export function joinChanges(changes: readonly Change[]): Change {
  return { checks: changes.flatMap(({ checks }) => checks), writes: changes.flatMap(({ writes }) => writes) };
}

/** Loads records from hashes, in the order of the keys; missing ones are left out, damaged ones too, which are reported. */
export async function loadRecords<T>(
  store: Store,
  keys: readonly string[],
  read: typeof readFields = readFields,
): Promise<readonly Kept<T>[]> {
  const found = await read(store, keys, ['version', 'record', 'sum']);
  return found.flatMap(([version = '', text = '', sum = ''], i) => {
    if (text === '') return [];
    const record = parseChecked<T>(text, sum);
    if (record !== undefined && /^\d+$/.test(version)) return [{ version: Number(version), record }];
    store.damaged(keys[i] ?? '');
    return [];
  });
}

/** The fields of a record's hash. */
export function recordFields(version: number, record: unknown): readonly string[] {
  const text = JSON.stringify(record);
  return ['version', String(version), 'record', text, 'sum', checksumOf(text)];
}

/** Writes a new state of a record; without `before` the record must not exist yet. */
export function keepRecord<T>(key: string, record: T, before?: Kept<T>): Change {
  return {
    checks: [{ key, field: 'version', is: before ? String(before.version) : '' }],
    writes: [['HSET', key, ...recordFields((before?.version ?? 0) + 1, record)]],
  };
}
