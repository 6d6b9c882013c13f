import type { Urn } from '../channels/channel.ts';
import { schemeOf } from '../channels/channel.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Reachable } from './person-store.ts';
import { loadContacts } from './person-store.ts';

/** Contacts read with one call. A page of 1,000 outlives young collections: it takes more memory and time. */
const PAGE = 250;

/** Loads the next contacts after one, in the order of their URNs; none at the end. With `scheme`, those of one channel. */
export async function loadContactPage(
  store: Store,
  after: Urn | undefined,
  scheme?: string,
): Promise<{ readonly urns: readonly Urn[]; readonly contacts: readonly Reachable[] }> {
  const first = scheme === undefined ? '-' : `[${scheme}:`;
  const from = after === undefined ? first : `(${after}`;
  const to = scheme === undefined ? '+' : endOf(scheme);
  const all = store.redis.zrange(store.keys.persons, from, to, 'BYLEX', 'LIMIT', 0, PAGE);
  const urns = (await orStoreAway(all)) as Urn[]; // written by commits
  return { urns, contacts: await loadContacts(store, urns) };
}

/** Lists the channels of all contacts in the order of their names. */
export async function loadSchemes({ redis, keys }: Store): Promise<readonly string[]> {
  const schemes: string[] = [];
  for (let from = '-'; ; ) {
    const [first] = await orStoreAway(redis.zrange(keys.persons, from, '+', 'BYLEX', 'LIMIT', 0, 1));
    if (first === undefined) return schemes;
    const scheme = schemeOf(first as Urn); // written by commits
    schemes.push(scheme);
    from = endOf(scheme);
  }
}

/** The first name behind all URNs of a channel: the sign after the colon. */
function endOf(scheme: string): string {
  return `(${scheme};`;
}
