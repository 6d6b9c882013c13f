import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import { readFields } from '../../store/records/read-fields.ts';
import type { Store } from '../../store/store.ts';
import type { Contact } from '../contact.ts';
import type { Person, Reachable } from '../person-store.ts';
import { loadContacts } from '../person-store.ts';

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

/** The contact after one address was taken off. Without the first one, the next becomes the first. */
export function withoutAddress(contact: Contact, urn: Urn, parted: Urn): Contact {
  const { addresses = [], speaks, ...rest } = contact;
  const left = addresses.filter((one) => one.urn !== parted).slice(parted === urn ? 1 : 0);
  const first = parted === urn ? addresses[0]?.urn : urn;
  const keepsSpeaking = left.length > 0 && speaks !== undefined && speaks !== parted && speaks !== first;
  return { ...rest, ...(left.length > 0 ? { addresses: left } : {}), ...(keepsSpeaking ? { speaks } : {}) };
}

/** The address where a person reads on who takes one off: the present one, else the one that spoke last. */
export function otherAddress({ urn, address, contact }: Person, parted: Urn): Urn {
  const all = [address, ...addressesOf(urn, contact ?? {})];
  return all.find((one) => one !== parted) ?? urn;
}

/** Finds the first address that can be reached. Undefined if the person is gone from all of them. */
export async function reachableAddress(store: Store, urn: Urn, contact: Contact): Promise<Urn | undefined> {
  const all = addressesOf(urn, contact);
  const keys = all.map((one) => store.keys.person(one));
  const gone = await readFields(store, keys, ['gone']);
  return all.find((_, i) => !gone[i]?.[0]);
}

/** The records under the addresses of a person who joins another: each leads to that person, and keeps what is its own. */
export function linkWrites(
  store: Store,
  joining: Pick<Person, 'urn' | 'version' | 'contact'>,
  person: Urn,
): readonly Write[] {
  const { keys } = store;
  const { urn, version, contact } = joining;
  const key = keys.person(urn);
  return [
    ['HDEL', key, 'contact', 'contact_sum', 'talks', 'clock', 'volunteer'],
    ['HSET', key, 'alias', person, 'version', String(version + 1)],
    ...(contact?.addresses ?? []).map((one) => ['HSET', keys.person(one.urn), 'alias', person] as const),
    ['ZREM', keys.persons, urn],
    ['ZREM', keys.personsDue, urn],
    ['ZREM', keys.talksExpiring, urn],
  ];
}

/** Loads contacts under the Urns of their persons: what is meant for a joined address is meant for its person. */
export async function loadPeople(
  store: Store,
  urns: readonly Urn[],
): Promise<readonly (Reachable & { readonly urn: Urn })[]> {
  const found = await loadContacts(store, urns);
  const unknown = urns.filter((_, i) => !found[i]?.contact);
  if (unknown.length === 0) return found.map((one, i) => ({ ...one, urn: urns[i] as Urn })); // in the same order
  const aliases = await readFields(store, unknown.map(store.keys.person), ['alias']);
  const leads = new Map(unknown.map((urn, i) => [urn, (aliases[i]?.[0] || urn) as Urn])); // written by linkWrites
  const persons = urns.map((urn) => leads.get(urn) ?? urn);
  const again = await loadContacts(store, persons);
  return again.map((one, i) => ({ ...one, urn: persons[i] as Urn }));
}

/** The persons of these addresses, each once, in the same order. */
export async function personsOf(store: Store, urns: readonly Urn[]): Promise<readonly Urn[]> {
  const aliases = await readFields(store, urns.map(store.keys.person), ['alias']);
  return [...new Set(urns.map((urn, i) => (aliases[i]?.[0] || urn) as Urn))]; // written by linkWrites
}

/** Deletes what is kept of one address: its record, its web chat and bell, its windows, the news that waits for it. */
export function forgetAddress({ keys }: Store, address: Urn): readonly Write[] {
  return [
    ['DEL', keys.person(address)],
    ['DEL', keys.aside(keys.person(address))],
    ['DEL', keys.webChat(address)],
    ['DEL', keys.webBell(address)],
    ['ZREM', keys.webBellsDue, address],
    ['DEL', keys.wechatWindow(address)],
    ['DEL', keys.wechatBell(address)],
    ['DEL', keys.offer(address)],
    ['DEL', keys.sentParts(address)],
    ['DEL', keys.held(address)],
  ];
}
