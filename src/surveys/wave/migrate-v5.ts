import { bulkWrite } from '../../store/bulk-write.ts';
import type { Migration } from '../../store/start/migrate.ts';
import { orStoreAway } from '../../store/store.ts';

/** Schema 6 keeps no undisclosed totals of a wave: later waves compare with what was disclosed. */
export const migrateWavesV5: Migration = {
  to: 6,
  run: async (store) => {
    const { redis, keys } = store;
    const ids = await orStoreAway(redis.zrange(keys.waves, '0', '-1'));
    await bulkWrite(
      store,
      ids.map((id) => ['DEL', keys.formerWaveSums(id)] as const),
    );
    return ids.length;
  },
};
