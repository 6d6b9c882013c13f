import type { Store } from '../store/store.ts';
import type { Job } from './job.ts';

const EVERY_MS = 20_000;
/** Records per run. Retention is counted in days, so small batches leave the store to people. */
export const SWEEP_BATCH = 100;

/** Deletes data whose retention time is over. Safe to run twice; ends early once `stopping()` is true. */
export type Sweep = (store: Store, now: number, stopping: () => boolean) => Promise<void>;

/** Makes a retention job of a sweep. */
export function sweepJob(name: string, store: Store, sweep: Sweep): Job {
  return {
    name,
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      await sweep(store, now, stopping);
      return undefined;
    },
  };
}
