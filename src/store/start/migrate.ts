import { bulkWrite } from '../bulk-write.ts';
import type { Store } from '../store.ts';
import { orStoreAway, SCHEMA } from '../store.ts';

/** Converts the data of schema version `to - 1`; returns how many records it converted. Safe to interrupt and repeat. */
export type Migration = { readonly to: number; readonly run: (store: Store) => Promise<number> };

/**
 * Converts a store of an earlier schema before the first update is taken, then stamps the current version.
 * Returns the number of converted records; 0 for a store that is current.
 */
export async function migrate(store: Store, migrations: readonly Migration[]): Promise<number> {
  const { redis, keys } = store;
  const schema = Number(await orStoreAway(redis.hget(keys.meta, 'schema')));
  if (schema >= SCHEMA) return 0;
  let converted = 0;
  for (const { to, run } of migrations) if (schema < to) converted += await run(store);
  const former = [...keys.formerOutbox.rest, keys.formerForgotten].map((key) => ['DEL', key] as const);
  await bulkWrite(store, [...former, ['HSET', keys.meta, 'schema', String(SCHEMA)]]);
  return converted;
}
