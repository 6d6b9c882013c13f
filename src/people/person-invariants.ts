import type { Urn } from '../channels/channel.ts';
import { lineOf } from '../store/records/damage.ts';
import type { InvariantCheck } from '../store/records/invariants.ts';
import { inParts, readAtomically } from '../store/records/invariants.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Contact } from './contact.ts';
import { damagedPersons, personKeys } from './person-damage.ts';

/** I2: a person's version is at least the number of their operations in the last 48 hours, and all contacts are listed. */
export const personsHold: InvariantCheck = async (store) => {
  const damaged = await damagedPersons(store);
  const unreadable = new Set(damaged.map(({ key }) => key));
  const wrong = damaged.map(lineOf);
  const readable = (await personKeys(store)).filter((key) => !unreadable.has(key));
  const faults = await inParts(readable, (key) => faultOf(store, key));
  return [...wrong, ...readable.flatMap((key, i) => (faults[i] === undefined ? [] : [`${key}: ${faults[i]}`]))];
};

async function faultOf(store: Store, key: string): Promise<string | undefined> {
  const urn = key.slice(store.keys.person('' as Urn).length) as Urn; // as keys.ts writes it
  const contact = JSON.parse((await orStoreAway(store.redis.hget(key, 'contact'))) ?? '{}') as Partial<Contact>;
  const [seen, version, due, listed] = await readAtomically(store, [
    // Operations before the person was forgotten do not count.
    ['zcount', store.keys.seen(store.pseudonym(urn)), String(contact.since ?? '-inf'), '+inf'],
    ['hget', key, 'version'],
    ['zscore', store.keys.personsDue, urn],
    ['zscore', store.keys.persons, urn],
  ]);
  if (due !== null && listed === null) return 'it is missing in the list of all contacts';
  return Number(version ?? 0) < Number(seen) ? `${seen} operations, but version ${version ?? 0}` : undefined;
}
