import type { MessageRef, Urn } from '../channels/channel.ts';
import type { Session } from '../engine/session.ts';
import { checksumOf, parseChecked } from '../store/records/checksum.ts';
import { readFields } from '../store/records/read-fields.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Contact } from './contact.ts';
import { openSession } from './sealed-session.ts';

/** A stored person. All data of one person is one hash, read in one round trip. */
export type Person = {
  readonly urn: Urn;
  /** The address of this turn; `lastMessage`, `gone` and `held` are those of the address. */
  readonly address: Urn;
  readonly version: number;
  readonly contact: Contact | undefined;
  readonly talks: Talks;
  /** The last message that the bot sent to the person. */
  readonly lastMessage: MessageRef | undefined;
  /** State of the rate limit; see quota.ts. */
  readonly clock?: string | undefined;
  /** Reason why the last message could not be delivered. */
  readonly gone: string | undefined;
  /** News waits until this person may be written to. */
  readonly held?: true | undefined;
  /** The id of the person's volunteer record. It may be missing or outdated. */
  readonly volunteer?: string | undefined;
};

/** The active session and the paused ones. */
export type Talks = {
  readonly active?: Session;
  readonly paused: readonly Session[];
  /** A question's own buttons replaced the menu at the bottom of the chat. */
  readonly menuAway?: true;
  /** The last tap that led to another question, and its time, ms since the epoch. */
  readonly tap?: { readonly id: string; readonly at: number };
  /** The message that shows ticks of a private answer; it is closed as soon as the talk goes on elsewhere. */
  readonly ticked?: MessageRef;
};

/** The sessions of a person without any. */
export const NO_TALKS: Talks = { paused: [] };

/**
 * Reads the version under a person's key; an unknown person has version 0.
 * Returns the fault instead if the key has another type, or the version is no number.
 */
export async function readVersion(
  { redis }: Pick<Store, 'redis'>,
  key: string,
): Promise<{ readonly version: number } | { readonly fault: string }> {
  const type = await orStoreAway(redis.type(key));
  if (type === 'none') return { version: 0 };
  if (type !== 'hash') return { fault: `is a ${type} in place of a person's hash` };
  const version = (await orStoreAway(redis.hget(key, 'version'))) ?? '0';
  return /^\d+$/.test(version) ? { version: Number(version) } : { fault: `its version "${version}" is no number` };
}

/** A person's record that this code cannot have written. Only the person's own update fails with it. */
class DamagedPerson extends Error {
  override readonly name = 'DamagedPerson';
}

const PERSON_FIELDS = [
  'version',
  'contact',
  'contact_sum',
  'talks',
  'last_message',
  'clock',
  'gone',
  'volunteer',
  'held',
  'alias',
];

/** Loads a person; an unknown one has version 0 and no contact. Throws if the record is damaged. */
export async function loadPerson(store: Store, urn: Urn): Promise<Person> {
  const [fields = []] = await readFields(store, [store.keys.person(urn)], PERSON_FIELDS);
  const [version = '', text = '', sum = '', talks, lastMessage, clock, gone, volunteer, held, alias] = fields;
  const contact = text === '' ? undefined : parseChecked<Contact>(text, sum);
  if (!Number.isInteger(Number(version)) || (text !== '' && !contact))
    throw new DamagedPerson('A person record is damaged; npm run anlin -- repair names it.');
  const own = {
    lastMessage: lastMessage || undefined,
    gone: gone || undefined,
    held: held ? true : undefined,
  } as const;
  // A linked address leads to its person, who is stored under the first one.
  if (alias) return { ...(await loadPerson(store, alias as Urn)), address: urn, ...own };
  return {
    urn,
    address: urn,
    version: Number(version),
    contact,
    talks: talks ? mapTalks(JSON.parse(talks) as Talks, (one) => openSession(one, store)) : NO_TALKS,
    ...own,
    clock: clock || undefined,
    volunteer: volunteer || undefined,
  };
}

/** The data needed to address a message. Without a contact, the person is unknown or forgotten. */
export type Reachable = { readonly contact: Contact | undefined; readonly gone: boolean };

/** Loads many contacts in their order, in one round trip. */
export async function loadContacts(store: Store, urns: readonly Urn[]): Promise<readonly Reachable[]> {
  const keys = urns.map((urn) => store.keys.person(urn));
  return (await readFields(store, keys, ['contact', 'contact_sum', 'gone'])).map(
    ([text = '', sum = '', gone = ''], i) => readReachable(store, keys[i] ?? '', text, sum, gone),
  );
}

/** Reads the stored fields of a contact; reports them if they are damaged. */
export function readReachable(store: Store, key: string, text: string, sum: string, gone: string): Reachable {
  const contact = text === '' ? undefined : parseChecked<Contact>(text, sum);
  if (text !== '' && contact === undefined) store.damaged(key);
  return { contact, gone: gone !== '' };
}

/** Changes each session. */
export function mapTalks(talks: Talks, change: (session: Session) => Session): Talks {
  const { active, paused } = talks;
  return { ...talks, ...(active ? { active: change(active) } : {}), paused: paused.map(change) };
}

/** The changed fields of a person for a commit; '' deletes a field. `stored` is the form of a session in the store. */
export function changedPersonFields(
  before: Person,
  after: { readonly contact: Contact | undefined; readonly talks: Talks },
  stored: (session: Session) => Session,
): Readonly<Record<string, string>> {
  const { active, paused, ...rest } = after.talks;
  const isKept = active || paused.length > 0 || Object.keys(rest).length > 0;
  const talks = isKept ? JSON.stringify(mapTalks(after.talks, stored)) : '';
  return {
    ...(after.contact && after.contact !== before.contact ? contactFields(after.contact) : {}),
    ...(after.talks === before.talks ? {} : { talks }),
  };
}

/** The fields of a contact in a person's hash. */
export function contactFields(contact: Contact): { readonly contact: string; readonly contact_sum: string } {
  const text = JSON.stringify(contact);
  return { contact: text, contact_sum: checksumOf(text) };
}
