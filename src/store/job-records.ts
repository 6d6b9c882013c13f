import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** The last run of a job, for operators. Holds no id and no message text: those stay in the log. */
export type JobRecord = {
  readonly at: number; // ms since the epoch
  readonly ms: number; // duration
  readonly outcome: 'ok' | 'failed';
  readonly process: string;
  readonly counts?: Readonly<Record<string, number>>;
  /** Class of the error. */
  readonly error?: string;
};

/** Overwrites the last run of a job. */
export async function saveJobRecord({ redis, keys }: Store, name: string, record: JobRecord): Promise<void> {
  await orStoreAway(redis.hset(keys.jobs, name, JSON.stringify(record)));
}

/** Reads the last run of every job that has run, by name. */
export async function loadJobRecords({ redis, keys }: Store): Promise<ReadonlyMap<string, JobRecord>> {
  const all = Object.entries(await orStoreAway(redis.hgetall(keys.jobs)));
  return new Map(all.map(([name, record]) => [name, JSON.parse(record) as JobRecord])); // written by saveJobRecord
}

/** Asks the process that holds the job lease to run a job now. */
export async function requestJob({ redis, keys }: Store, name: string, now: number): Promise<void> {
  await orStoreAway(redis.hset(keys.jobRequests, name, String(now)));
}

/** Reads the names of requested jobs. */
export async function loadJobRequests({ redis, keys }: Store): Promise<readonly string[]> {
  return orStoreAway(redis.hkeys(keys.jobRequests));
}

/** Removes a request once its job has run. */
export async function dropJobRequest({ redis, keys }: Store, name: string): Promise<void> {
  await orStoreAway(redis.hdel(keys.jobRequests, name));
}
