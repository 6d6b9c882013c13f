import { bulkWrite } from '../../store/bulk-write.ts';
import type { Migration } from '../../store/start/migrate.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCases } from '../case-store.ts';
import { stageOf, stageOwners, stageScore } from '../desk/stages.ts';

const BATCH = 500;

/** Schema 6 lists the cases of each desk and unit by stage. */
export const migrateV5: Migration = {
  to: 6,
  run: async (store) => {
    const { redis, keys } = store;
    let count = 0;
    for (let from = 0; ; from += BATCH) {
      const ids = await orStoreAway(redis.zrange(keys.casesFiled, String(from), String(from + BATCH - 1)));
      if (ids.length === 0) return count;
      const cases = await loadCases(store, ids);
      const writes = cases.flatMap(({ record }) =>
        stageOwners(record).map(
          (owner) => ['ZADD', keys.casesAtStage(owner, stageOf(record)), stageScore(record), record.id] as const,
        ),
      );
      await bulkWrite(store, writes);
      count += cases.length;
    }
  },
};
