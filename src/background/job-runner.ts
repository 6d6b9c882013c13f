import type { Log } from '../log.ts';
import { openLease } from '../store/held-lease.ts';
import type { LastRun } from '../store/job-records.ts';
import { dropJobRequest, listJobs, loadJobRequests, saveJobRecord } from '../store/job-records.ts';
import { loadSafeMode } from '../store/safe-mode.ts';
import type { Store } from '../store/store.ts';
import type { Timings } from '../timings.ts';
import type { Job } from './job.ts';

/** Runs jobs: at their intervals, on an operator's request, and by hand. */
export type JobRunner = {
  readonly jobs: readonly Job[];
  /** Starts a job now, after a run of it that is under way, and waits for its end. */
  run(name: string): Promise<JobRun>;
  /** Ends the runs that are under way; starts no more. */
  close(): Promise<void>;
};

/** Result of one start. `not_holder`: another process holds the job lease, or safe mode withholds it. */
export type JobRun =
  | { readonly type: 'ran'; readonly last: LastRun }
  | { readonly type: 'skipped'; readonly why: 'store_away' | 'not_holder' | 'safe_mode' | 'closed' };

export type JobRunnerSettings = {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => number;
  readonly jobs: readonly Job[];
  /** No job runs before this has ended. */
  readonly after?: Promise<void> | undefined;
  readonly timings: Timings['jobs'];
};

/** One city's jobs share one lease, so a process that holds it runs all `one_process` jobs. */
export const JOB_LEASE = 'jobs';
const REQUESTS_EVERY_MS = 1000;

export async function openJobRunner({ store, log, now, jobs, after, timings }: JobRunnerSettings): Promise<JobRunner> {
  await listJobs(store, jobs);
  const lease = await openLease(store, JOB_LEASE, log, { leaseMs: timings.leaseMs });
  const underWay = new Map<string, Promise<JobRun>>();
  const recordedAt = new Map<string, number>();
  let closed = false;

  const reasonToSkip = async (job: Job): Promise<Extract<JobRun, { type: 'skipped' }>['why'] | undefined> => {
    if (closed) return 'closed';
    // Commands queue up while the connection is down.
    if (store.redis.status !== 'ready') return 'store_away';
    // The lease script refuses every holder in safe mode.
    if (job.runsIn === 'one_process') return lease.held() ? undefined : 'not_holder';
    return !job.inSafeMode && (await loadSafeMode(store)) ? 'safe_mode' : undefined;
  };

  const start = async (job: Job): Promise<JobRun> => {
    await after?.catch(() => {});
    const why = await reasonToSkip(job).catch(() => 'store_away' as const);
    if (why) return { type: 'skipped', why };
    const at = now();
    const started = performance.now();
    const elapsed = () => performance.now() - started;
    const overrun = setTimeout(() => log.error({ job: job.name }, 'a job exceeded its time limit'), timings.limitMs);
    let result: Pick<LastRun, 'outcome' | 'counts' | 'error'>;
    try {
      const counts = await job.run(at, () => closed || elapsed() > timings.limitMs);
      result = { outcome: 'ok', ...(counts ? { counts } : {}) };
    } catch (error) {
      log.warn({ err: error, job: job.name }, 'a job failed; its next run tries again');
      result = { outcome: 'failed', error: error instanceof Error ? error.name : 'unknown' };
    }
    clearTimeout(overrun);
    const last = { at, ms: Math.round(elapsed()), process: store.process, ...result };
    await save(job, last);
    return { type: 'ran', last };
  };

  const save = async ({ name, every }: Job, last: LastRun): Promise<void> => {
    const due = performance.now() - (recordedAt.get(name) ?? Number.NEGATIVE_INFINITY) >= timings.recordEveryMs;
    if (!due && last.outcome === 'ok') return;
    recordedAt.set(name, performance.now());
    await saveJobRecord(store, name, { every, last }).catch((error) =>
      log.warn({ err: error }, 'a job record was not saved'),
    );
  };

  /** Two runs of one job never overlap in a process. */
  const startOnce = (job: Job): Promise<JobRun> => {
    const run = start(job).finally(() => underWay.delete(job.name));
    underWay.set(job.name, run);
    return run;
  };

  const run = async (name: string): Promise<JobRun> => {
    const job = jobs.find((one) => one.name === name);
    if (!job) throw new Error(`There is no job ${name}. The jobs are: ${jobs.map((one) => one.name).join(', ')}.`);
    for (let before = underWay.get(name); before; before = underWay.get(name)) await before;
    return startOnce(job);
  };

  const runRequested = async (): Promise<void> => {
    if (!lease.held() || store.redis.status !== 'ready') return;
    for (const name of await loadJobRequests(store)) {
      // The operator waits for this run's record.
      recordedAt.delete(name);
      if (jobs.some((job) => job.name === name)) await run(name);
      await dropJobRequest(store, name);
    }
  };

  const timers = timings.byTimer
    ? [
        ...jobs.map((job) => setInterval(() => underWay.has(job.name) || startOnce(job), job.every)),
        setInterval(
          () => runRequested().catch((error) => log.warn({ err: error }, 'job requests were not read')),
          REQUESTS_EVERY_MS,
        ),
      ]
    : [];

  return {
    jobs,
    run,
    async close() {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.all(underWay.values());
      await lease.close();
    },
  };
}
