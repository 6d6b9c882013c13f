import { ARGUMENT_END } from '../scripts/scripts.ts';
import type { Store } from '../store.ts';
import { orStoreAway } from '../store.ts';
import { readTogether } from './read-together.ts';

/** Reads the members of a sorted set whose score is `from` at least. All reads of one round with the same `from` share a call. */
export async function readRange({ redis }: Store, key: string, from: number): Promise<readonly string[]> {
  const text = await readTogether(redis, key, `from ${from}`, (keys) =>
    orStoreAway(redis.anlinReadRanges(keys.length, ...keys, from)),
  );
  return text ? text.split(ARGUMENT_END) : [];
}
