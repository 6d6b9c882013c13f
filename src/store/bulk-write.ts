import type { Write } from './commit.ts';
import { scanKeys } from './records/invariants.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

const BATCH = 500;

/**
 * Makes many writes without checks. Only for data that no other process changes: migrations and the demo's history.
 * Writes of a generator are made as they are needed, so that few of them are in memory. Entries of one sorted set are
 * added by one command.
 */
export async function bulkWrite(store: Store, writes: Iterable<Write>): Promise<void> {
  let batch: string[][] = [];
  /** Commands of this batch that add to a sorted set and may take further members. */
  const open = new Map<string, string[]>();
  let before: Promise<unknown> = Promise.resolve();
  /** The store writes one batch while the next one is made. */
  const send = async () => {
    const written = orStoreAway(store.redis.multi(batch).exec());
    // Its fault is thrown when it is waited for.
    written.catch(() => {});
    batch = [];
    open.clear();
    await before;
    before = written;
  };
  for (const [command, key, ...args] of writes) {
    const [added, members] = [open.get(key), args.map(String)];
    const adds = command === 'ZADD' && args[0] !== 'XX';
    if (adds && added) {
      added.push(...members);
      continue;
    }
    const line = [command.toLowerCase(), key, ...members];
    batch.push(line);
    // A later entry of the same set must not pass a command that stands between.
    if (adds) open.set(key, line);
    else open.delete(key);
    if (batch.length === BATCH) await send();
  }
  if (batch.length > 0) await send();
  await before;
}

/** Deletes all data about people, for a demo that starts again. City data, leases, processes and the audit stay. */
export async function clearPeople(store: Store): Promise<void> {
  const all = store.keys.meta.replace(/meta$/, '');
  const kept = [
    store.keys.meta,
    store.keys.audit,
    store.keys.auditHead,
    store.keys.auditSeals,
    store.keys.processes,
    store.keys.cityChanges,
    store.keys.demoHistory,
  ];
  const found = await scanKeys(store, `${all}*`);
  const gone = found.filter(
    (key) =>
      !kept.some((one) => one === key) &&
      !key.startsWith(store.keys.lease('')) &&
      !key.startsWith(store.keys.cityPart('')),
  );
  for (let i = 0; i < gone.length; i += BATCH) await orStoreAway(store.redis.unlink(...gone.slice(i, i + BATCH)));
}
