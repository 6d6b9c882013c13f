import { bulkWrite } from '../../store/bulk-write.ts';
import type { Write } from '../../store/commit.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCases } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';

const BATCH = 500;

/** Makes the writes of each case of the store, in batches; returns how many cases have some. */
export async function forAllCases(
  store: Store,
  writesOf: (kept: Kept<HazardCase>) => readonly Write[],
): Promise<number> {
  const { redis, keys } = store;
  let count = 0;
  for (let from = 0; ; from += BATCH) {
    const ids = await orStoreAway(redis.zrange(keys.casesFiled, String(from), String(from + BATCH - 1)));
    if (ids.length === 0) return count;
    const writes = (await loadCases(store, ids)).map(writesOf).filter(({ length }) => length > 0);
    await bulkWrite(store, writes.flat());
    count += writes.length;
  }
}
