import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { watchAlone } from '../store/watch-alone.ts';

const EVERY_MS = 20_000;
/** What is over by a day is not over by a minute: so many at once keep the store free for people. */
export const SWEEP_BATCH = 100;

/** Takes away what is kept no longer. Safe to run twice; ends early when it is told to stop. */
export type Sweep = (store: Store, now: number, stopping: () => boolean) => Promise<void>;

/** Runs the sweeps now and again, in one process at a time. */
export function watchRetention(
  store: Store,
  sweeps: readonly Sweep[],
  log: Log,
  now: () => number,
): Promise<{ close(): Promise<void> }> {
  return watchAlone(store, 'retention', EVERY_MS, log, async (stopping) => {
    for (const sweep of sweeps) {
      // What one sweep cannot do must not keep the others from their work.
      if (stopping()) return;
      await sweep(store, now(), stopping).catch((error) => log.warn({ err: error }, 'a sweep failed'));
    }
  });
}
