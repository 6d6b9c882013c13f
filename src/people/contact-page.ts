import type { Urn } from '../channels/channel.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Reachable } from './person-store.ts';
import { loadContacts } from './person-store.ts';

/** Contacts read with one call. */
const PAGE = 1000;

/** Loads the next contacts after one, in the order of their URNs; none at the end. */
export async function loadContactPage(
  store: Store,
  after: Urn | undefined,
): Promise<{ readonly urns: readonly Urn[]; readonly contacts: readonly Reachable[] }> {
  const from = after === undefined ? '-' : `(${after}`;
  const all = store.redis.zrange(store.keys.persons, from, '+', 'BYLEX', 'LIMIT', 0, PAGE);
  const urns = (await orStoreAway(all)) as Urn[]; // written by commits
  return { urns, contacts: await loadContacts(store, urns) };
}
