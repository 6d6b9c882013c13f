import { bulkWrite } from '../../store/bulk-write.ts';
import type { Migration } from '../../store/start/migrate.ts';
import { orStoreAway } from '../../store/store.ts';
import { decode, encode } from './ledger-store.ts';

/** Schema 4 keeps a checksum in each ledger entry of an open wave. */
export const migrateV3: Migration = {
  to: 4,
  run: async (store) => {
    const { redis, keys } = store;
    let converted = 0;
    for (const id of await orStoreAway(redis.zrange(keys.waves, '0', '-1'))) {
      const key = keys.waveLedger(id);
      const entries = Object.entries(await orStoreAway(redis.hgetall(key)));
      const writes = entries.flatMap(([urn, stored]) => {
        const entry = decode(stored);
        return entry ? [['HSET', key, urn, encode(entry)] as const] : [];
      });
      if (writes.length > 0) await bulkWrite(store, writes);
      converted += writes.length;
    }
    return converted;
  },
};
