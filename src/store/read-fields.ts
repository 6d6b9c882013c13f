import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** Hashes that one script call reads: other commands wait for one call at most. */
const KEYS_AT_ONCE = 500;

/** Reads the same fields of many hashes, one round trip for 500, in the order of the keys; '' for a missing field. */
export async function readFields(
  { redis }: Store,
  keys: readonly string[],
  fields: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const read: string[][] = [];
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    const part = keys.slice(from, from + KEYS_AT_ONCE);
    const flat = await orStoreAway(redis.anlinReadFields(part.length, ...part, ...fields));
    read.push(...part.map((_, i) => flat.slice(i * fields.length, (i + 1) * fields.length)));
  }
  return read;
}
