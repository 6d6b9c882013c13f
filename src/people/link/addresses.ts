import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import { readFields } from '../../store/read-fields.ts';
import type { Store } from '../../store/store.ts';
import type { Contact } from '../contact.ts';

/** All addresses of a person, the one that spoke last first. */
export function addressesOf(
  urn: Urn,
  { speaks, addresses = [] }: Pick<Contact, 'speaks' | 'addresses'>,
): readonly Urn[] {
  const all = [urn, ...addresses.map((one) => one.urn)];
  return speaks === undefined ? all : [speaks, ...all.filter((one) => one !== speaks)];
}

/** Notes the address that spoke last; unchanged for a person with one address. */
export function spokenFrom(contact: Contact, urn: Urn, address: Urn): Contact {
  if (!contact.addresses || (contact.speaks ?? urn) === address) return contact;
  const { speaks: _before, ...rest } = contact;
  return address === urn ? rest : { ...rest, speaks: address };
}

/** Finds the first address that can be reached. Undefined if the person is gone from all of them. */
export async function reachableAddress(store: Store, urn: Urn, contact: Contact): Promise<Urn | undefined> {
  const all = addressesOf(urn, contact);
  const keys = all.map((one) => store.keys.person(one));
  const gone = await readFields(store, keys, ['gone']);
  return all.find((_, i) => !gone[i]?.[0]);
}

/** The record under a linked address: it leads to the person, and keeps what belongs to the address alone. */
export function linkWrites({ keys }: Store, address: Urn, person: Urn, version: number): readonly Write[] {
  const key = keys.person(address);
  return [
    ['HDEL', key, 'contact', 'contact_sum', 'talks', 'clock', 'volunteer'],
    ['HSET', key, 'alias', person, 'version', String(version + 1)],
    ['ZREM', keys.persons, address],
    ['ZREM', keys.personsDue, address],
    ['ZREM', keys.talksExpiring, address],
  ];
}

/** Deletes what is kept of one address: its record, its web chat, its windows, the news that waits for it. */
export function forgetAddress({ keys }: Store, address: Urn): readonly Write[] {
  return [
    ['DEL', keys.person(address)],
    ['DEL', keys.aside(keys.person(address))],
    ['DEL', keys.webChat(address)],
    ['DEL', keys.wechatWindow(address)],
    ['DEL', keys.offer(address)],
    ['DEL', keys.held(address)],
  ];
}
