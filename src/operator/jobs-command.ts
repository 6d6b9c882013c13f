import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRun } from '../background/job-runner.ts';
import { JOB_LEASE } from '../background/job-runner.ts';
import type { Config } from '../config.ts';
import type { Running } from '../open.ts';
import { open } from '../open.ts';
import type { JobRecord } from '../store/job-records.ts';
import { dropJobRequest, loadJobRecords, loadJobRequests, requestJob } from '../store/job-records.ts';
import { loadSafeMode } from '../store/safe-mode.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { TIMINGS } from '../timings.ts';
import type { Command } from './command.ts';
import { showUsage, withCity } from './command.ts';

/** A running bot takes a request within a second; the rest is the job's own time. */
const ANSWER_WITHIN_MS = TIMINGS.jobs.limitMs + 5000;
const LOOK_EVERY_MS = 200;

export const jobsCommand: Command = {
  name: 'jobs',
  usage: '[run <name>]',
  does: 'lists the background jobs with their last run; with run, runs one now',
  run: (config, [verb, name]) => {
    if (verb === undefined) return listJobs(config);
    if (verb !== 'run' || name === undefined) return Promise.resolve(showUsage(jobsCommand));
    return runJob(config, name);
  },
};

async function listJobs(config: Config): Promise<boolean> {
  return withCity(config, async (store) => {
    const records = await loadJobRecords(store);
    if (records.size === 0) console.log('No bot has started on this store yet. Start it with npm start.');
    for (const [name, record] of records) console.log(lineOf(name, record));
    return true;
  });
}

function lineOf(name: string, { every, last }: JobRecord): string {
  const start = `${name.padEnd(24)} every ${`${every / 1000} s`.padEnd(7)}`;
  if (!last) return `${start} has not run yet`;
  const counts = Object.entries(last.counts ?? {}).map(([what, n]) => `${what} ${n}`);
  const outcome = [last.outcome, ...(last.error ? [`(${last.error})`] : []), ...counts].join(' ');
  return `${start} ${new Date(last.at).toISOString()}  ${`${last.ms} ms`.padEnd(9)} ${outcome}`;
}

/** A running bot runs the job; without one, this process opens the product, runs the job and closes again. */
async function runJob(config: Config, name: string): Promise<boolean> {
  let botRuns = true;
  const done = await withCity(config, async (store) => {
    if (await loadSafeMode(store)) return refuse(name, 'safe_mode');
    botRuns = (await orStoreAway(store.redis.exists(store.keys.lease(JOB_LEASE)))) === 1;
    return botRuns && runInBot(store, name);
  });
  if (botRuns) return done;
  const byHand = { ...TIMINGS, jobs: { ...TIMINGS.jobs, byTimer: false } };
  const running = await open(config, { receives: false, timings: byHand });
  return runHere(running, name).finally(() => running.close());
}

async function runInBot(store: Store, name: string): Promise<boolean> {
  if (!(await loadJobRecords(store)).has(name)) return unknownJob(name);
  await requestJob(store, name, Date.now());
  for (let waited = 0; waited < ANSWER_WITHIN_MS; waited += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    if (!(await loadJobRequests(store)).includes(name)) return showLast(store, name);
  }
  await dropJobRequest(store, name);
  console.error(`The running bot did not run ${name} within ${ANSWER_WITHIN_MS / 1000} s. See its log.`);
  return false;
}

async function runHere({ jobs, store }: Running, name: string): Promise<boolean> {
  if (!jobs.jobs.some((job) => job.name === name)) return unknownJob(name);
  const run = await jobs.run(name);
  return run.type === 'skipped' ? refuse(name, run.why) : showLast(store, name);
}

async function showLast(store: Store, name: string): Promise<boolean> {
  const record = (await loadJobRecords(store)).get(name);
  if (record) console.log(lineOf(name, record));
  return record?.last?.outcome === 'ok';
}

function unknownJob(name: string): false {
  console.error(`There is no job ${name}. List them with npm run anlin -- jobs.`);
  return false;
}

type Skipped = Extract<JobRun, { type: 'skipped' }>['why'];

function refuse(name: string, why: Skipped): false {
  console.error(`${name} did not run: ${WHY[why]}`);
  return false;
}

const WHY: Readonly<Record<Skipped, string>> = {
  store_away: 'the store does not answer. Run npm run anlin -- doctor.',
  not_holder: 'another process holds the job lease, or safe mode withholds it.',
  safe_mode: 'the city is in safe mode. An organiser of the whole city ends it in the chat: /safe',
  closed: 'the product is closing.',
};
