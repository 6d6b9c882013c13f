import { setTimeout as sleep } from 'node:timers/promises';
import type { Urn } from '../channels/channel.ts';
import type { Commit, Committed } from './commit.ts';
import { commit } from './commit.ts';
import { StoreAway } from './connect.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** The actor of system commits. The stored name is older than this constant and stays. */
const SYSTEM = 'system:house' as Urn;

/** Every system commit shares one version, so a conflict may come from any other. */
const TRIES = 10;
const PAUSE_MS = 5;

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
  let tried: number | undefined;
  let done: Committed = { type: 'conflict' };
  for (let i = 1; i <= TRIES; i += 1) {
    const version = Number((await orStoreAway(store.redis.hget(store.keys.person(SYSTEM), 'version'))) ?? 0);
    // No other system commit came in between: the conflict is that of the change's own checks.
    if (version === tried) return done;
    tried = version;
    done = await commit(store, { ...rest, person: SYSTEM, version, fields: {}, messages, audit }, now);
    if (done.type !== 'conflict') return done;
    // Commits that start together conflict in every round; different pauses part them.
    if (i > 2) await sleep(Math.random() * PAUSE_MS * i);
  }
  return done;
}

/** Commits a change whose caller then says that it is done; a repeat of its `op` counts as success. Throws StoreAway. */
export async function commitOrThrow(store: Store, change: SystemChange, now: number): Promise<void> {
  const done = await commitAsSystem(store, change, now);
  if (done.type === 'conflict') throw new StoreAway('Other changes came first. Nothing was stored; please try again.');
  if (done.type === 'limit') throw new StoreAway(`The store is full (${done.what}). Nothing was stored.`);
}
