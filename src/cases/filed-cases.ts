import type { Kept } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { loadCases } from './case-store.ts';
import type { HazardCase } from './hazard-case.ts';

/** Yields the cases filed between two times (ms since the epoch) in batches, in their order. Memory holds one batch. */
export async function* casesFiled(
  store: Store,
  from: number,
  to: number,
  batch: number,
): AsyncGenerator<readonly Kept<HazardCase>[]> {
  const { redis, keys } = store;
  const ranks = [
    redis.zcount(keys.casesFiled, '-inf', `(${from}`),
    redis.zcount(keys.casesFiled, '-inf', String(to)),
  ] as const;
  const [first, end] = await orStoreAway(Promise.all(ranks));
  // By rank: an offset into a range by score is counted anew from its beginning for each batch.
  for (let rank = first; rank < end; rank += batch) {
    const last = Math.min(end, rank + batch) - 1;
    yield await loadCases(store, await orStoreAway(redis.zrange(keys.casesFiled, String(rank), String(last))));
  }
}
