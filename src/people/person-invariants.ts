import type { Urn } from '../channels/channel.ts';
import type { InvariantCheck } from '../store/invariants.ts';
import { readAtomically, scanKeys } from '../store/invariants.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { readVersion } from './person-store.ts';

/** I2: a person's version is at least the number of their operations in the last 48 hours. */
export const personsHold: InvariantCheck = async (store) => {
  const start = store.keys.person('' as Urn);
  const wrong: string[] = [];
  for (const key of await scanKeys(store, `${start}*`)) {
    // Lists of a person have longer names.
    if (/:(cases|follows)$/.test(key)) continue;
    const fault = await faultOf(store, key, key.slice(start.length) as Urn); // as keys.ts writes it
    if (fault !== undefined) wrong.push(`${key}: ${fault}`);
  }
  return wrong;
};

async function faultOf(store: Store, key: string, urn: Urn): Promise<string | undefined> {
  const read = await readVersion(store, key);
  if ('fault' in read) return read.fault;
  const since = sinceOf((await orStoreAway(store.redis.hget(key, 'contact'))) ?? '{}');
  if (since === undefined) return 'its contact is no JSON';
  const [seen, version] = await readAtomically(store, [
    ['zcount', store.keys.seen(store.pseudonym(urn)), since, '+inf'],
    ['hget', key, 'version'],
  ]);
  return Number(version ?? 0) < Number(seen) ? `${seen} operations, but version ${version ?? 0}` : undefined;
}

/** Reads the time of the first operation that counts: those before the person was forgotten do not. */
function sinceOf(contact: string): string | undefined {
  try {
    return String((JSON.parse(contact) as { readonly since?: number }).since ?? '-inf');
  } catch {
    return undefined;
  }
}
