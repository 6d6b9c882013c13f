import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addCase, loadOwnCases, newCaseId } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { openSurge, SURGE_REPORTS } from '../../src/cases/report/surge-job.ts';
import { openLog } from '../../src/log.ts';
import { commit } from '../../src/store/commit.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const GRID = '990101001001005';

async function file(n: number, category: string): Promise<Report> {
  const { store } = app.running;
  const made: Report = {
    id: newCaseId(randomInt),
    number: newCaseNumber(randomInt),
    category,
    place: { region: GRID },
    description: { text: '积水' },
    photos: [],
    urgent: false,
    filedAt: app.simulator.world.now(),
  };
  const { checks, writes } = addCase(store, made, `test:${n}`);
  await commit(
    store,
    { op: `file:${n}`, person: `test:${n}`, version: 0, fields: {}, checks, writes, messages: [], audit: [] },
    app.simulator.world.now(),
  );
  return made;
}

test('in a surge, reports of one category in one grid are linked to the first one, and none is lost', async () => {
  const { store } = app.running;
  const log = openLog('error', [], () => {});
  const surge = openSurge(store, log, app.simulator.world.now);
  const first = await file(0, 'e_bike_wire_charging');
  for (let n = 1; n < SURGE_REPORTS; n += 1) await file(n, 'flooding');
  await surge.refresh();
  expect(surge.caseFor(GRID, 'e_bike_wire_charging')).toBeUndefined();
  await file(SURGE_REPORTS, 'flooding');
  await surge.refresh();
  expect(surge.caseFor(GRID, 'e_bike_wire_charging')).toMatchObject({ id: first.id });
  expect(surge.caseFor(GRID, 'gas_leak')).toBeUndefined();
  expect(surge.caseFor('990101001001001', 'flooding')).toBeUndefined();

  await app.running.jobs.run('surge');
  expect(app.running.services.city.surge.caseFor(GRID, 'flooding')).toBeDefined();
  const phone = await app.phone();
  const number = await report(phone);
  expect(number).not.toBe(first.number);
  await phone.sees(/好多邻居也在报/);
  const [kept] = await loadOwnCases(store, `telegram:${phone.id}`);
  expect(kept?.record).toMatchObject({ number, sameAs: first.id, description: { text: '楼道口飞线充电' } });
  await expectInvariants(store);
});
