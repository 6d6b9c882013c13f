import type { MessageRef, Urn } from '../channels/channel.ts';
import type { Store } from '../store/store.ts';
import type { Person } from './person-store.ts';
import { loadPerson } from './person-store.ts';

/**
 * Those who wrote lately, as this process left them: while it is the only one, a turn need not ask for what it knows. Every
 * commit checks the version, so that what was changed elsewhere all the same is noticed, dropped and loaded.
 */
export type PersonCache = {
  load(urn: Urn): Promise<Person>;
  /** What a commit has made of a person. */
  keep(person: Person): void;
  /** What we sent last into a chat. */
  sent(urn: Urn, message: MessageRef): void;
  drop(urn: Urn): void;
};

const KNOWN_MAX = 10_000;

/** `alone`: no other process works on this city now. */
export function openPersonCache(store: Store, alone: () => boolean): PersonCache {
  const known = new Map<Urn, Person>();
  return {
    async load(urn) {
      // Somebody forgotten and welcomed again by another process may have the same version: nothing outlives company.
      if (!alone()) known.clear();
      return known.get(urn) ?? loadPerson(store, urn);
    },
    keep(person) {
      known.delete(person.urn);
      const [oldest] = known.keys();
      if (known.size >= KNOWN_MAX && oldest) known.delete(oldest);
      known.set(person.urn, person);
    },
    sent(urn, message) {
      const person = known.get(urn);
      if (person) known.set(urn, { ...person, lastMessage: message });
    },
    drop(urn) {
      known.delete(urn);
    },
  };
}
