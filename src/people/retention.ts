import type { Log } from '../log.ts';
import { watchLease } from '../store/held-lease.ts';
import type { Store } from '../store/store.ts';

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
