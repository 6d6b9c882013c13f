import type { MessageRef, Urn } from '../channels/channel.ts';
import type { Store } from '../store/store.ts';
import type { Person } from './person-store.ts';
import { loadPerson } from './person-store.ts';

/**
 * Cache of recently active persons, used only while this process is alone on the city.
 * Every commit checks the version, so a change by another process is detected and reloaded.
 */
export type PersonCache = {
  load(urn: Urn): Promise<Person>;
  /** Stores a person as a commit left them. */
  keep(person: Person): void;
  /** Records the last message sent to a person. */
  sent(urn: Urn, message: MessageRef): void;
  drop(urn: Urn): void;
};

const CACHED_MAX = 10_000;

/** Opens the cache. `alone` is true while no other process works on this city. */
export function openPersonCache(store: Store, alone: () => boolean): PersonCache {
  const cached = new Map<Urn, Person>();
  return {
    async load(urn) {
      // Another process may delete and recreate a person with the same version, so the cache ends when it appears.
      if (!alone()) cached.clear();
      return cached.get(urn) ?? loadPerson(store, urn);
    },
    keep(person) {
      cached.delete(person.urn);
      const [oldest] = cached.keys();
      if (cached.size >= CACHED_MAX && oldest) cached.delete(oldest);
      cached.set(person.urn, person);
    },
    sent(urn, message) {
      const person = cached.get(urn);
      if (person) cached.set(urn, { ...person, lastMessage: message });
    },
    drop(urn) {
      cached.delete(urn);
    },
  };
}
