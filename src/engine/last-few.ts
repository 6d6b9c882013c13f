/** What was derived from a few objects, by identity. */
export type LastFew<Key extends object, Derived> = {
  get(key: Key): Derived | undefined;
  set(key: Key, derived: Derived): void;
};

/**
 * Remembers what was derived from the last few objects of a turn. A WeakMap would remember it for all turns in memory: it
 * costs a hash at each look and work for the garbage collector.
 */
export function lastFew<Key extends object, Derived>(): LastFew<Key, Derived> {
  const keys: (Key | undefined)[] = Array.from({ length: FEW });
  const all: (Derived | undefined)[] = Array.from({ length: FEW });
  let next = 0;
  return {
    get(key) {
      const at = keys.indexOf(key);
      return at < 0 ? undefined : all[at];
    },
    set(key, derived) {
      const known = keys.indexOf(key);
      const at = known >= 0 ? known : next;
      if (known < 0) next = (next + 1) % FEW;
      keys[at] = key;
      all[at] = derived;
    },
  };
}

const FEW = 8;
