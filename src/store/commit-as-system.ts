import type { Urn } from '../channels/channel.ts';
import type { Commit, Committed } from './commit.ts';
import { commit } from './commit.ts';
import { StoreAway } from './connect.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** The actor of system commits. The stored name is older than this constant and stays. */
const SYSTEM = 'system:house' as Urn;

/** Every system commit shares one version; a conflict that outlasts the retries comes from the change's own checks. */
const TRIES = 10;

/** A change that a job or the operator's tool commits. `what` is its audit entry, `op` its idempotency key. */
export type SystemChange = Pick<Commit, 'op' | 'checks' | 'writes'> & { readonly what: string };

/** Commits a change of the system itself, once per operation id. The caller sends the claimed messages. */
export async function commitAsSystem(
  store: Store,
  change: SystemChange & Partial<Pick<Commit, 'messages'>>,
  now: number,
): Promise<Committed> {
  const { what, messages = [], ...rest } = change;
  const audit = [{ what, who: 'system' }];
  for (let i = 1; ; i += 1) {
    const version = Number((await orStoreAway(store.redis.hget(store.keys.person(SYSTEM), 'version'))) ?? 0);
    const done = await commit(store, { ...rest, person: SYSTEM, version, fields: {}, messages, audit }, now);
    // Retry: the conflict may be another system commit.
    if (done.type !== 'conflict' || i === TRIES) return done;
  }
}

/** Commits a change whose caller then says that it is done; a repeat of its `op` counts as success. Throws StoreAway. */
export async function commitOrThrow(
  store: Store,
  change: Parameters<typeof commitAsSystem>[1],
  now: number,
): Promise<void> {
  const done = await commitAsSystem(store, change, now);
  if (done.type === 'conflict') throw new StoreAway('Other changes came first. Nothing was stored; please try again.');
  if (done.type === 'limit') throw new StoreAway(`The store is full (${done.what}). Nothing was stored.`);
}
