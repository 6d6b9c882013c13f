/** Work that runs at an interval, without a message from a person. A job may run twice: its commits are idempotent. */
export type Job = {
  readonly name: string;
  /** Time between two starts, ms. */
  readonly every: number;
  /** `one_process`: only the holder of the job lease runs it. `every_process`: it keeps this process's own state. */
  readonly runsIn: 'one_process' | 'every_process';
  /** Runs in safe mode too: it sends nothing by itself. */
  readonly inSafeMode?: true;
  /** Does one run and returns counts for the operator. Should end early once `stopping()` is true. */
  readonly run: (now: number, stopping: () => boolean) => Promise<JobCounts | undefined>;
};

/** Numbers of one run by name, such as `{ told: 3 }`; zeros may be left out. */
export type JobCounts = Readonly<Record<string, number>>;
