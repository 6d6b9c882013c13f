import { bulkWrite } from '../../store/bulk-write.ts';
import type { Migration } from '../../store/start/migrate.ts';
import { orStoreAway } from '../../store/store.ts';
import { geoIndexOf } from '../case-indexes.ts';
import { loadCases } from '../case-store.ts';

const BATCH = 500;

/** Schema 7 has one geo index of all closed cases, where earlier ones had one of each category. */
export const migrateV6: Migration = {
  to: 7,
  run: async (store) => {
    const { redis, keys } = store;
    let count = 0;
    for (let from = 0; ; from += BATCH) {
      const ids = await orStoreAway(redis.zrange(keys.casesFiled, String(from), String(from + BATCH - 1)));
      if (ids.length === 0) return count;
      const ended = (await loadCases(store, ids)).filter(({ record }) => geoIndexOf(keys, record) === keys.casesEnded);
      const writes = ended.flatMap(({ record: { id, category, place } }) => [
        ...(place.point ? [['GEOADD', keys.casesEnded, place.point.longitude, place.point.latitude, id] as const] : []),
        ['ZREM', keys.formerCasesEnded(category), id] as const,
      ]);
      await bulkWrite(store, writes);
      count += ended.length;
    }
  },
};
