import { setTimeout as sleep } from 'node:timers/promises';
import type { Urn } from '../channels/channel.ts';
import type { Commit, Committed } from './commit.ts';
import { commit } from './commit.ts';
import { StoreAway } from './connect.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** The actor of system commits. The stored name is older than this constant and stays. */
const SYSTEM = 'system:house' as Urn;

/** A conflict may come from the system commit of another process. */
const TRIES = 10;
const PAUSE_MS = 5;

/**
 * A change that a job or the operator's tool commits. `what` is its audit entry, `op` its idempotency key.
 * `who`: the pseudonym of the organiser who wants it; left out: the system itself.
 */
export type SystemChange = Pick<Commit, 'op' | 'checks' | 'writes'> & { readonly what: string; readonly who?: string };

/** The end of this process's own queue of system commits. */
const queues = new WeakMap<Store, Promise<unknown>>();
/** The version after its last one; unknown while a commit is under way. */
const versions = new WeakMap<Store, number>();

/**
 * Commits a change of the system itself, once per operation id. The caller sends the claimed messages.
 * All system commits share one version, so those of one process wait for one another instead of meeting in conflicts.
 */
export function commitAsSystem(
  store: Store,
  change: SystemChange & Partial<Pick<Commit, 'messages'>>,
  now: number,
): Promise<Committed> {
  const done = (queues.get(store) ?? Promise.resolve()).then(() => commitNext(store, change, now));
  queues.set(
    store,
    done.catch(() => {}),
  );
  return done;
}

async function commitNext(
  store: Store,
  change: SystemChange & Partial<Pick<Commit, 'messages'>>,
  now: number,
): Promise<Committed> {
  const { what, who = 'system', messages = [], ...rest } = change;
  const whole = { ...rest, person: SYSTEM, fields: {}, messages, audit: [{ what, who }] };
  let version = versions.get(store) ?? (await loadVersion(store));
  let done: Committed = { type: 'conflict' };
  for (let i = 1; i <= TRIES; i += 1) {
    versions.delete(store);
    done = await commit(store, { ...whole, version }, now);
    if (done.type === 'ok') versions.set(store, done.version);
    if (done.type !== 'conflict') return done;
    const found = await loadVersion(store);
    // No other system commit came in between: the conflict is that of the change's own checks.
    if (found === version) return done;
    version = found;
    // Commits of several processes that start together conflict in every round; different pauses part them.
    if (i > 2) await sleep(Math.random() * PAUSE_MS * i);
  }
  return done;
}

async function loadVersion({ redis, keys }: Store): Promise<number> {
  return Number((await orStoreAway(redis.hget(keys.person(SYSTEM), 'version'))) ?? 0);
}

/** Commits a change whose caller then says that it is done; a repeat of its `op` counts as success. Throws StoreAway. */
export async function commitOrThrow(store: Store, change: SystemChange, now: number): Promise<void> {
  const done = await commitAsSystem(store, change, now);
  if (done.type === 'conflict') throw new StoreAway('Other changes came first. Nothing was stored; please try again.');
  if (done.type === 'limit') throw new StoreAway(`The store is full (${done.what}). Nothing was stored.`);
}
