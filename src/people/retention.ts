import type { Urn } from '../channels/channel.ts';
import type { Log } from '../log.ts';
import type { Commit } from '../store/commit.ts';
import { commit } from '../store/commit.ts';
import { watchLease } from '../store/held-lease.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';

/** Nobody's own: what the house itself does to its data is committed in this name. */
const HOUSE = 'system:retention' as Urn;
const EVERY_MS = 20_000;
/** What is over by a day is not over by a minute: so many at once keep the store free for people. */
export const SWEEP_BATCH = 100;

/** Takes away what is kept no longer. Safe to run twice; ends early when it is told to stop. */
export type Sweep = (store: Store, now: number, stopping: () => boolean) => Promise<void>;

/** Runs the sweeps now and again, in one process at a time. */
export async function watchRetention(
  store: Store,
  sweeps: readonly Sweep[],
  log: Log,
  now: () => number,
): Promise<{ close(): Promise<void> }> {
  const lease = await watchLease(store, 'retention', log);
  let running: Promise<void> | undefined;
  let stopped = false;
  const run = async () => {
    for (const sweep of sweeps) {
      // What one sweep cannot do must not keep the others from their work.
      if (stopped) return;
      await sweep(store, now(), () => stopped).catch((error) => log.warn({ err: error }, 'a sweep failed'));
    }
  };
  const timer = setInterval(() => {
    if (!lease.held() || store.redis.status !== 'ready') return;
    running ??= run().finally(() => {
      running = undefined;
    });
  }, EVERY_MS);
  return {
    async close() {
      stopped = true;
      clearInterval(timer);
      await running;
      await lease.close();
    },
  };
}

/** Commits what the house does by itself, once per operation id; false if it was done before or something changed meanwhile. */
export async function commitAsHouse(
  store: Store,
  change: Pick<Commit, 'op' | 'checks' | 'writes'> & { readonly what: string },
  now: number,
): Promise<boolean> {
  const { what, ...rest } = change;
  const version = Number((await asking(store.redis.hget(store.keys.person(HOUSE), 'version'))) ?? 0);
  const audit = [{ what, who: 'system' }];
  const done = await commit(store, { ...rest, person: HOUSE, version, fields: {}, messages: [], audit }, now);
  return done.type === 'ok';
}
