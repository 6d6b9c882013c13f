import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobsOf } from '../src/jobs.ts';
import { loadJobRecords } from '../src/store/job-records.ts';
import type { TestApp } from './test-app.ts';
import { openTestApp } from './test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** Building the list starts nothing: a job works only when it is run. */
const LIST = jobsOf(
  {
    store: { redis: {}, keys: {} },
    get city() {
      return {};
    },
  } as never,
  {
    city: { now: () => ({}), reload: async () => false } as never,
    surge: { look: async () => {} } as never,
    push: {} as never,
    dataDir: '',
    uploads: {} as never,
    digestTimes: [],
  },
);

test('every job has a name of its own and an interval', () => {
  const names = LIST.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(LIST.filter(({ every }) => !(every >= 100))).toEqual([]);
});

test('operations.md lists every job', () => {
  const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
  expect(LIST.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

describe('every job runs by hand on an empty city and is recorded', () => {
  test.each(LIST.map(({ name }) => name))('%s', async (name) => {
    expect(await app.running.jobs.run(name)).toMatchObject({ type: 'ran', last: { outcome: 'ok' } });
    expect((await loadJobRecords(app.running.store)).get(name)?.last?.outcome).toBe('ok');
  });
});
