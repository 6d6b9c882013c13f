import type { Damage, DamageFinder } from '../store/records/damage.ts';
import { scanKeys } from '../store/records/invariants.ts';
import { orStoreAway } from '../store/store.ts';
import { readChunk } from './sending/pack-urns.ts';

/** Finds damaged recipient lists. */
export const damagedAudiences: DamageFinder = async (store) => {
  const { redis, keys } = store;
  const found: Damage[] = [];
  for (const key of await scanKeys(store, keys.broadcastAudience('*'))) {
    for (const [chunk, stored] of Object.entries(await orStoreAway(redis.hgetallBuffer(key)))) {
      if (!readChunk(stored).damaged) continue;
      const fault = `chunk ${chunk} of the recipients does not match its checksum`;
      found.push({ key, fault, cure: 'one recipient is missed; compare with a backup' });
    }
  }
  return found;
};
