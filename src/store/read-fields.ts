import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** Reads the same fields of many hashes in one round trip, in the order of the keys; '' for a missing field. */
export async function readFields(
  { redis }: Store,
  keys: readonly string[],
  fields: readonly string[],
): Promise<readonly (readonly string[])[]> {
  if (keys.length === 0) return [];
  const flat = await orStoreAway(redis.anlinReadFields(keys.length, ...keys, ...fields));
  return keys.map((_, i) => flat.slice(i * fields.length, (i + 1) * fields.length));
}
