import type { Urn } from '../channels/channel.ts';
import { linkWrites } from '../people/link/addresses.ts';
import { joinContacts } from '../people/link/join-contacts.ts';
import { contactFields, loadPerson } from '../people/person-store.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';

/**
 * Joins a new browser to the person whom a messenger has proved to it. A browser that has spoken is left alone: what it
 * holds is joined by a code and a yes. Consents are asked again, in words that name the channel. True if it was joined.
 */
export async function joinProven(store: Store, address: Urn, proven: Urn, now: number): Promise<boolean> {
  const [person, browser] = await Promise.all([loadPerson(store, proven), loadPerson(store, address)]);
  const { urn, version, contact } = person;
  if (!contact || browser.contact || browser.urn !== address || browser.version > 0) return false;
  const key = store.keys.person(urn);
  const joined = joinContacts(contact, address, undefined, now);
  const done = await commitAsSystem(
    store,
    {
      op: `join-proven:${store.pseudonym(address)}`,
      what: 'address_joined_by_channel',
      who: store.pseudonym(urn),
      checks: [
        { key, field: 'version', is: String(version) },
        { key: store.keys.person(address), field: 'version', is: '' },
      ],
      writes: [
        ...linkWrites(store, browser, urn),
        ['HSET', key, 'version', String(version + 1), ...Object.entries(contactFields(joined)).flat()],
      ],
    },
    now,
  );
  return done.type === 'ok';
}
