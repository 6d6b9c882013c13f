import { bulkWrite } from '../store/bulk-write.ts';
import { inPairs } from '../store/records/in-pairs.ts';
import type { Migration } from '../store/start/migrate.ts';
import { orStoreAway } from '../store/store.ts';

const BATCH = 1000;

/** Schema 5 lists all contacts in an order in which none moves. */
export const migrateV4: Migration = {
  to: 5,
  run: async (store) => {
    const { redis, keys } = store;
    let cursor = '0';
    do {
      const [next, found] = await orStoreAway(redis.zscan(keys.personsDue, cursor, 'COUNT', BATCH));
      const listed = inPairs(found).map(([urn]) => urn);
      await bulkWrite(
        store,
        listed.map((urn) => ['ZADD', keys.persons, 0, urn] as const),
      );
      cursor = next;
    } while (cursor !== '0');
    return orStoreAway(redis.zcard(keys.persons));
  },
};
