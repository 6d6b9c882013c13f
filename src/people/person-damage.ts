import type { Urn } from '../channels/channel.ts';
import { parseChecked } from '../store/records/checksum.ts';
import type { Damage, DamageFinder } from '../store/records/damage.ts';
import { ASIDE_CURE, movedAside, repairedBy } from '../store/records/damage.ts';
import { inParts, scanKeys } from '../store/records/invariants.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { readVersion } from './person-store.ts';

/** Lists the keys of all person records. */
export async function personKeys(store: Store): Promise<readonly string[]> {
  const keys = await scanKeys(store, `${store.keys.person('' as Urn)}*`);
  // Lists of a person have longer names.
  return keys.filter((key) => !/:(cases|follows)$/.test(key));
}

/** Finds damaged records of people. */
export const damagedPersons: DamageFinder = async (store) => {
  const found = await inParts(await personKeys(store), (key) => damageOf(store, key));
  return found.filter((damage) => damage !== undefined);
};

async function damageOf(store: Store, key: string): Promise<Damage | undefined> {
  const read = await readVersion(store, key);
  if ('fault' in read) {
    const cure = `${ASIDE_CURE}; the person begins anew`;
    return { key, fault: read.fault, cure, repair: movedAside(store, key) };
  }
  const [contact, sum, talks] = await orStoreAway(store.redis.hmget(key, 'contact', 'contact_sum', 'talks'));
  // A higher version voids the copy in a running bot's memory.
  const without = (...fields: string[]) =>
    repairedBy(store, key, [
      ['HDEL', key, ...fields],
      ['HINCRBY', key, 'version', 1],
    ]);
  if (contact && parseChecked(contact, sum ?? '') === undefined) {
    const fault = 'its contact is no JSON, or does not match its checksum';
    const cure = 'delete the contact; the person begins anew, and staff need their role again';
    return { key, fault, cure, repair: without('contact', 'contact_sum') };
  }
  if (talks && parseChecked(talks, '') === undefined)
    return {
      key,
      fault: 'its talks are no JSON',
      cure: 'delete the open talk of this person',
      repair: without('talks'),
    };
  return undefined;
}
