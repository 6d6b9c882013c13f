import type { MessageRef, Urn } from '../channels/channel.ts';
import type { Session } from '../engine/session.ts';
import { readFields } from '../store/read-fields.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Contact } from './contact.ts';

/** A person as the store has them; everything about one person lies in one hash and is read in one round trip. */
export type Person = {
  readonly urn: Urn;
  readonly version: number;
  readonly contact: Contact | undefined;
  readonly talks: Talks;
  /** Our last message in their chat. */
  readonly lastMessage: MessageRef | undefined;
  /** How fast they wrote lately; see quota.ts. */
  readonly clock?: string | undefined;
  /** Why they could not be reached when it was last tried. */
  readonly gone: string | undefined;
};

/** The talk that goes on now, and those that wait. */
export type Talks = {
  readonly active?: Session;
  readonly paused: readonly Session[];
  /** The menu at the bottom of the chat was replaced by a question's own buttons. */
  readonly menuAway?: true;
  /** The last tapped button that led on, and when (ms). */
  readonly tap?: { readonly id: string; readonly at: number };
};

export const NO_TALKS: Talks = { paused: [] };

export async function loadPerson(store: Store, urn: Urn): Promise<Person> {
  const fields = await orStoreAway(store.redis.hgetall(store.keys.person(urn)));
  return {
    urn,
    version: Number(fields.version ?? 0),
    contact: fields.contact ? (JSON.parse(fields.contact) as Contact) : undefined, // written by personFields
    talks: fields.talks ? (JSON.parse(fields.talks) as Talks) : NO_TALKS,
    lastMessage: fields.last_message,
    clock: fields.clock,
    gone: fields.gone,
  };
}

/** What a message to somebody needs to know; no contact: unknown, or forgotten. */
export type Reachable = { readonly contact: Contact | undefined; readonly gone: boolean };

/** The contacts of many, in their order, with one question. */
export async function loadContacts(store: Store, urns: readonly Urn[]): Promise<readonly Reachable[]> {
  const keys = urns.map((urn) => store.keys.person(urn));
  return (await readFields(store, keys, ['contact', 'gone'])).map(([contact = '', gone = '']) => ({
    contact: contact === '' ? undefined : (JSON.parse(contact) as Contact), // written by personFields
    gone: gone !== '',
  }));
}

/** The changed fields of a person for a commit; '' takes a field away. */
export function personFields(
  before: Person,
  after: { readonly contact: Contact | undefined; readonly talks: Talks },
): Readonly<Record<string, string>> {
  const { active, paused, menuAway, tap } = after.talks;
  const talks = active || paused.length > 0 || menuAway || tap ? JSON.stringify(after.talks) : '';
  return {
    ...(after.contact && after.contact !== before.contact ? { contact: JSON.stringify(after.contact) } : {}),
    ...(after.talks === before.talks ? {} : { talks }),
  };
}
