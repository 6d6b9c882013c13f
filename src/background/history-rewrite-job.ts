import { HOUR_MS } from '../calendar.ts';
import { forgetHistoryIfDue } from '../store/records/forget-history.ts';
import type { Store } from '../store/store.ts';
import type { Job } from './job.ts';

/** Removes deleted data from the store's file: data that /forget, retention or a person's change deleted. */
export function historyRewriteJob(store: Store): Job {
  return {
    name: 'history-rewrite',
    every: HOUR_MS,
    runsIn: 'one_process',
    inSafeMode: true,
    run: async (now) => ({ rewritten: Number(await forgetHistoryIfDue(store, now)) }),
  };
}
