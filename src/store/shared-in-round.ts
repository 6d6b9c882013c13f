import type { Store } from './store.ts';

/**
 * Lets all callers in one round of the event loop share a load. Commands of one connection run in the order in which they were
 * sent, so the load sees every commit that any of its callers has waited for.
 */
export function sharedInRound<T>(
  load: (store: Store, id: string) => Promise<T>,
): (store: Store, id: string) => Promise<T> {
  const rounds = new WeakMap<Store, Map<string, Promise<T>>>();
  return (store, id) => {
    const round = rounds.get(store) ?? new Map<string, Promise<T>>();
    rounds.set(store, round);
    if (round.size === 0) setImmediate(() => round.clear());
    const loading = round.get(id) ?? load(store, id);
    round.set(id, loading);
    return loading;
  };
}
