import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Job } from '../../src/background/job.ts';
import type { JobRunner } from '../../src/background/job-runner.ts';
import { openJobRunner } from '../../src/background/job-runner.ts';
import { openLog } from '../../src/log.ts';
import { loadJobRecords, loadJobRequests, requestJob } from '../../src/store/job-records.ts';
import { enterSafeMode } from '../../src/store/safe-mode.ts';
import type { Store } from '../../src/store/store.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp, TEST_TIMINGS } from '../test-app.ts';

let app: TestApp;
let log: string[] = [];
const runners: JobRunner[] = [];
/** The app's own runner holds the lease of its city; these tests use the lease of another one. */
let store: Store;

beforeAll(async () => {
  app = await openTestApp();
  await app.running.jobs.close();
  store = app.running.store;
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close();
  log = [];
});
afterAll(() => app.close());

const job = (name: string, run: Job['run'], more: Partial<Job> = {}): Job => ({
  name,
  every: 60_000,
  runsIn: 'one_process',
  run,
  ...more,
});

async function runnerOf(
  jobs: readonly Job[],
  timings = {},
  more: { process?: string; after?: Promise<void> } = {},
): Promise<JobRunner> {
  const runner = await openJobRunner({
    store: { ...store, ...(more.process ? { process: more.process } : {}) },
    after: more.after,
    log: openLog('debug', [], (line) => log.push(line)),
    now: app.simulator.world.now,
    jobs,
    timings: { ...TEST_TIMINGS.jobs, byTimer: false, recordEveryMs: 0, ...timings },
  });
  runners.push(runner);
  return runner;
}

test('a run is recorded with its time, its counts and its process', async () => {
  const runner = await runnerOf([job('count', async () => ({ told: 3 }))]);
  const at = app.simulator.world.now();
  expect(await runner.run('count')).toMatchObject({ type: 'ran', last: { outcome: 'ok', counts: { told: 3 } } });
  const { last, every } = (await loadJobRecords(store)).get('count') ?? {};
  expect([every, last?.outcome, last?.counts, last?.process]).toEqual([60_000, 'ok', { told: 3 }, store.process]);
  expect(last?.at).toBeGreaterThanOrEqual(at);
});

test('no job runs before the work in `after` has ended, even if that work fails', async () => {
  const order: string[] = [];
  let fail = (_error: Error): void => {};
  const after = new Promise<void>((_, reject) => {
    fail = reject;
  });
  const runner = await runnerOf([job('late', async () => void order.push('job'))], {}, { after });
  const run = runner.run('late');
  await new Promise(setImmediate);
  order.push('history');
  fail(new Error('no history'));
  expect(await run).toMatchObject({ type: 'ran' });
  expect(order).toEqual(['history', 'job']);
});

test('a failing job is logged and recorded without its message, and runs again', async () => {
  let tries = 0;
  const runner = await runnerOf([
    job('fails', async () => {
      tries += 1;
      if (tries === 1) throw new TypeError('telegram:700000001 cannot be read');
      return undefined;
    }),
  ]);
  expect(await runner.run('fails')).toMatchObject({ type: 'ran', last: { outcome: 'failed', error: 'TypeError' } });
  expect(JSON.stringify([...(await loadJobRecords(store))])).not.toContain('700000001');
  expect(log.join()).toContain('its next run tries again');
  expect(await runner.run('fails')).toMatchObject({ type: 'ran', last: { outcome: 'ok' } });
});

test('of two processes only the holder of the lease runs a job for one process', async () => {
  const ran: string[] = [];
  const jobsOf = (process: string) => [
    job('once', async () => void ran.push(`once ${process}`)),
    job('each', async () => void ran.push(`each ${process}`), { runsIn: 'every_process' }),
  ];
  const first = await runnerOf(jobsOf('a'), {}, { process: 'a' });
  const second = await runnerOf(jobsOf('b'), {}, { process: 'b' });
  await Promise.all([first.run('once'), first.run('each'), second.run('each')]);
  expect(await second.run('once')).toEqual({ type: 'skipped', why: 'not_holder' });
  expect(ran.sort()).toEqual(['each a', 'each b', 'once a']);
});

test('another process takes the jobs over when the holder closes', async () => {
  const first = await runnerOf([job('once', async () => undefined)], {}, { process: 'a' });
  const second = await runnerOf([job('once', async () => undefined)], { leaseMs: 100 }, { process: 'b' });
  expect(await second.run('once')).toMatchObject({ type: 'skipped' });
  await first.close();
  await expect.poll(async () => (await second.run('once')).type, { timeout: PATIENCE_MS, interval: 20 }).toBe('ran');
});

test('two runs of one job never overlap; the second starts after the first has ended', async () => {
  let inside = 0;
  let most = 0;
  const runner = await runnerOf([
    job('slow', async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((done) => setTimeout(done, 20));
      inside -= 1;
      return undefined;
    }),
  ]);
  const runs = await Promise.all([runner.run('slow'), runner.run('slow'), runner.run('slow')]);
  expect([most, runs.every(({ type }) => type === 'ran')]).toEqual([1, true]);
});

test('a run over its time limit is asked to stop and is logged', async () => {
  const runner = await runnerOf(
    [
      job('long', async (_now, stopping) => {
        let rounds = 0;
        for (; !stopping(); rounds += 1) await new Promise((done) => setTimeout(done, 5));
        await new Promise((done) => setTimeout(done, 50));
        return { rounds };
      }),
    ],
    { limitMs: 50 },
  );
  expect(await runner.run('long')).toMatchObject({ type: 'ran', last: { outcome: 'ok' } });
  expect(log.join()).toContain('exceeded its time limit');
});

test('closing waits for the run that is under way and starts no other', async () => {
  let ended = false;
  const runner = await runnerOf([
    job('slow', async (_now, stopping) => {
      while (!stopping()) await new Promise((done) => setTimeout(done, 5));
      ended = true;
      return undefined;
    }),
  ]);
  const run = runner.run('slow');
  await new Promise((done) => setTimeout(done, 10));
  await runner.close();
  expect(ended).toBe(true);
  await run;
  expect(await runner.run('slow')).toEqual({ type: 'skipped', why: 'closed' });
});

test('an operator’s request is taken up by the process that holds the lease', async () => {
  let ran = 0;
  const run = async () => {
    ran += 1;
    return { ran };
  };
  const jobs = [job('asked', run)];
  await runnerOf(jobs, { byTimer: true });
  await requestJob(store, 'asked', app.simulator.world.now());
  await expect.poll(() => loadJobRequests(store), { timeout: PATIENCE_MS, interval: 20 }).toEqual([]);
  expect(ran).toBe(1);
  expect((await loadJobRecords(store)).get('asked')?.last?.counts).toEqual({ ran: 1 });
});

test('the stored list is that of the release which started last, and keeps last runs', async () => {
  const runner = await runnerOf([job('stays', async () => ({ n: 1 })), job('goes', async () => undefined)]);
  await runner.run('stays');
  await runner.close();
  await runnerOf([job('stays', async () => undefined), job('new', async () => undefined)]);
  const records = await loadJobRecords(store);
  expect([...records.keys()].sort()).toEqual(['new', 'stays']);
  expect(records.get('stays')?.last?.counts).toEqual({ n: 1 });
});

test('an unknown job is refused with the names that exist', async () => {
  const runner = await runnerOf([job('known', async () => undefined)]);
  await expect(runner.run('unknown')).rejects.toThrow('The jobs are: known.');
});

test('in safe mode only jobs that send nothing run', async () => {
  const runner = await runnerOf(
    [
      job('sends', async () => undefined),
      job('each', async () => undefined, { runsIn: 'every_process' }),
      job('watches', async () => undefined, { runsIn: 'every_process', inSafeMode: true }),
    ],
    { leaseMs: 100 },
  );
  await enterSafeMode(store, 0);
  await expect
    .poll(() => runner.run('sends'), { timeout: PATIENCE_MS, interval: 20 })
    .toMatchObject({ why: 'not_holder' });
  expect(await runner.run('each')).toEqual({ type: 'skipped', why: 'safe_mode' });
  expect(await runner.run('watches')).toMatchObject({ type: 'ran' });
  await store.redis.hdel(store.keys.meta, 'safe_since', 'safe_told');
});
