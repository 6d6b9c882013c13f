import type { Store } from '../store.ts';
import { orStoreAway } from '../store.ts';

/** Fields that one call reads: other commands wait for one call at most. */
const AT_ONCE = 500;

/** Reads a large hash in batches. A field that is written meanwhile may be left out. `atOnce`: more for short values. */
export async function* scanHash(
  { redis }: Pick<Store, 'redis'>,
  key: string,
  atOnce = AT_ONCE,
): AsyncGenerator<readonly (readonly [field: string, value: string])[]> {
  // HSCAN may return a field twice while the hash is resized.
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const [next, flat] = await orStoreAway(redis.hscan(key, cursor, 'COUNT', atOnce));
    cursor = next;
    const batch: (readonly [string, string])[] = [];
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const [field = '', value = ''] = [flat[i], flat[i + 1]];
      if (!seen.has(field)) batch.push([field, value]);
      seen.add(field);
    }
    yield batch;
  } while (cursor !== '0');
}
