import type { Urn } from '../channels/channel.ts';
import type { InvariantCheck } from '../store/invariants.ts';
import { readAtomically, scanKeys } from '../store/invariants.ts';
import { orStoreAway } from '../store/store.ts';

/** I2: a person's version is at least the number of their operations in the last 48 hours. */
export const personsHold: InvariantCheck = async (store) => {
  const wrong: string[] = [];
  const start = store.keys.person('' as Urn);
  for (const key of await scanKeys(store, `${start}*`)) {
    const type = await orStoreAway(store.redis.type(key));
    // Lists of a person have longer names.
    if (type !== 'hash') {
      if (!/:(cases|follows)$/.test(key)) wrong.push(`${key}: is a ${type} in place of a person's hash`);
      continue;
    }
    const kept = (await orStoreAway(store.redis.hget(key, 'version'))) ?? '0';
    if (!/^\d+$/.test(kept)) {
      wrong.push(`${key}: its version "${kept}" is no number`);
      continue;
    }
    const urn = key.slice(start.length) as Urn; // as keys.ts writes it
    const contact = JSON.parse((await orStoreAway(store.redis.hget(key, 'contact'))) ?? '{}') as {
      readonly since?: number;
    };
    // Operations before the person was forgotten do not count.
    const since = String(contact.since ?? '-inf');
    const [seen, version] = await readAtomically(store, [
      ['zcount', store.keys.seen(store.pseudonym(urn)), since, '+inf'],
      ['hget', key, 'version'],
    ]);
    if (Number(version ?? 0) < Number(seen)) wrong.push(`${key}: ${seen} operations, but version ${version ?? 0}`);
  }
  return wrong;
};
