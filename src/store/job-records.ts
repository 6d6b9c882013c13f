import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** A job as operators see it. Holds no id and no message text: those stay in the log. */
export type JobRecord = {
  /** Time between two starts, ms. */
  readonly every: number;
  readonly last?: LastRun;
};

export type LastRun = {
  readonly at: number; // ms since the epoch
  readonly ms: number; // duration
  readonly outcome: 'ok' | 'failed';
  /** The process that ran it. */
  readonly process: string;
  readonly counts?: Readonly<Record<string, number>>;
  /** Class of the error. */
  readonly error?: string;
};

/** Makes the stored list of jobs equal to the running release's; last runs stay. */
export async function listJobs(
  store: Store,
  jobs: readonly { readonly name: string; readonly every: number }[],
): Promise<void> {
  const { redis, keys } = store;
  const before = await loadJobRecords(store);
  const fields = jobs.flatMap(({ name, every }) => [name, JSON.stringify({ ...before.get(name), every })]);
  const gone = [...before.keys()].filter((name) => !jobs.some((job) => job.name === name));
  await orStoreAway(redis.hset(keys.jobs, ...fields));
  if (gone.length > 0) await orStoreAway(redis.hdel(keys.jobs, ...gone));
}

/** Overwrites the last run of a job. */
export async function saveJobRecord({ redis, keys }: Store, name: string, record: JobRecord): Promise<void> {
  await orStoreAway(redis.hset(keys.jobs, name, JSON.stringify(record)));
}

/** Reads every job of the release that last started, by name. */
export async function loadJobRecords({ redis, keys }: Store): Promise<ReadonlyMap<string, JobRecord>> {
  const all = Object.entries(await orStoreAway(redis.hgetall(keys.jobs)));
  return new Map(all.map(([name, record]) => [name, JSON.parse(record) as JobRecord])); // written above
}

/** Asks the process that holds the job lease to run a job now. */
export async function requestJob({ redis, keys }: Store, name: string, now: number): Promise<void> {
  await orStoreAway(redis.hset(keys.jobRequests, name, String(now)));
}

/** Reads the names of requested jobs. */
export async function loadJobRequests({ redis, keys }: Store): Promise<readonly string[]> {
  return orStoreAway(redis.hkeys(keys.jobRequests));
}

/** Removes a request; the process that ran its job does so afterwards. True if there was one. */
export async function dropJobRequest({ redis, keys }: Store, name: string): Promise<boolean> {
  return (await orStoreAway(redis.hdel(keys.jobRequests, name))) > 0;
}
