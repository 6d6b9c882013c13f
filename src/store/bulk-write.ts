import type { Write } from './commit.ts';
import { scanKeys } from './invariants.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

const BATCH = 2000;

/** Makes many writes without checks. Only for data that no other process changes: migrations and the demo's history. */
export async function bulkWrite(store: Store, writes: readonly Write[]): Promise<void> {
  for (let i = 0; i < writes.length; i += BATCH) {
    const batch = writes.slice(i, i + BATCH).map(([command, ...args]) => [command.toLowerCase(), ...args.map(String)]);
    await orStoreAway(store.redis.multi(batch).exec());
  }
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
