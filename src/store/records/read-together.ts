import type { Connection } from '../connect.ts';

/** Keys that one script call reads: other commands wait for one call at most. */
export const KEYS_AT_ONCE = 500;

/** Keys that wait for the end of this round of the event loop, and what is read of each. */
type Batch = { readonly keys: string[]; readonly found: Promise<readonly unknown[]> };
const waiting = new WeakMap<Connection, Map<string, Batch>>();

/**
 * Reads one key. All that are wanted in one round of the event loop share a call: people who write at once need a record each.
 * `what` names what `readAll` reads of each key.
 */
export async function readTogether<T>(
  redis: Connection,
  key: string,
  what: string,
  readAll: (keys: readonly string[]) => Promise<readonly T[]>,
): Promise<T | undefined> {
  const batches = waiting.get(redis) ?? new Map<string, Batch>();
  waiting.set(redis, batches);
  let batch = batches.get(what);
  if (!batch || batch.keys.length === KEYS_AT_ONCE) {
    const keys: string[] = [];
    const read = () => {
      if (batches.get(what)?.keys === keys) batches.delete(what);
      return readAll(keys);
    };
    batch = { keys, found: new Promise<void>((done) => setImmediate(done)).then(read) };
    batches.set(what, batch);
  }
  const place = batch.keys.push(key) - 1;
  return (await batch.found)[place] as T; // read by the caller of the same `what`
}
