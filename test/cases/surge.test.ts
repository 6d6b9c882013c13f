import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addCase, loadOwnCases, newCaseId } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { SURGE_REPORTS, watchSurge } from '../../src/cases/surge.ts';
import { openLog } from '../../src/log.ts';
import { commit } from '../../src/store/commit.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { reportInCity } from '../faults/report-in-city.ts';
import type { TestHouse } from '../house.ts';
import { openTestHouse } from '../house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

const GRID = '990101001001005';

async function file(n: number, category: string): Promise<Report> {
  const { store } = house.running;
  const made: Report = {
    id: newCaseId(randomInt),
    number: newCaseNumber(randomInt),
    category,
    place: { region: GRID },
    description: { text: '积水' },
    photos: [],
    anonymous: true,
    urgent: false,
    filedAt: house.simulator.world.now(),
  };
  const { checks, writes } = addCase(store, made, `test:${n}`);
  await commit(
    store,
    { op: `file:${n}`, person: `test:${n}`, version: 0, fields: {}, checks, writes, messages: [], audit: [] },
    Date.now(),
  );
  return made;
}

test('while very many reports come from one community, those of the same thing in one grid are tied together, and nothing is lost', async () => {
  const { store } = house.running;
  const log = openLog('error', [], () => {});
  const surge = watchSurge(store, log, house.simulator.world.now);
  const first = await file(0, 'e_bike_wire_charging');
  for (let n = 1; n < SURGE_REPORTS; n += 1) await file(n, 'flooding');
  await surge.look();
  expect(surge.caseFor(GRID, 'e_bike_wire_charging')).toBeUndefined();
  await file(SURGE_REPORTS, 'flooding');
  await surge.look();
  expect(surge.caseFor(GRID, 'e_bike_wire_charging')).toMatchObject({ id: first.id });
  expect(surge.caseFor(GRID, 'gas_leak')).toBeUndefined();
  expect(surge.caseFor('990101001001001', 'flooding')).toBeUndefined();
  surge.close();

  await expect.poll(() => house.running.house.city.surge.caseFor(GRID, 'flooding'), { timeout: 8000 }).toBeDefined();
  const phone = await house.phone();
  const number = await reportInCity(phone);
  expect(number).not.toBe(first.number);
  await phone.sees(/好多邻居也在报/);
  const [kept] = await loadOwnCases(store, `telegram:${phone.id}`);
  expect(kept?.record).toMatchObject({ number, sameAs: first.id, description: { text: '楼道口飞线充电' } });
  await expectInvariants(store);
});
