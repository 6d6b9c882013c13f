import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { casesHold } from '../../src/cases/case-invariants.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addCase, newCaseId } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { responsibleRegions } from '../../src/cases/routing.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Write } from '../../src/store/commit.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const REGION = '990101001001005';

let app: TestApp;
let report: Report;
beforeAll(async () => {
  app = await openTestApp();
  const { store, services } = app.running;
  report = {
    id: newCaseId(randomInt),
    number: newCaseNumber(randomInt),
    category: 'stairwell_clutter',
    place: { region: REGION, text: '楼下', point: { longitude: 120.3, latitude: 31.5 } },
    description: { text: '过不去人' },
    photos: [],
    urgent: false,
    filedAt: app.simulator.world.now(),
    ...responsibleRegions(REGION, services.city.regions),
  };
  await bulkWrite(store, addCase(store, report, 'telegram:1').writes);
});
afterAll(() => app.close());

test('each list that lacks a case, or holds it wrongly, is found, and no other', async () => {
  const { store } = app.running;
  const { redis, keys } = store;
  expect(await casesHold(store)).toEqual([]);
  const faultsAfter = async (broken: Write, mended: Write) => {
    await bulkWrite(store, [broken]);
    const faults = await casesHold(store);
    await bulkWrite(store, [mended]);
    return faults;
  };
  const { id, category, number, filedAt } = report;
  const lists = [keys.casesIn('submitted'), keys.casesFiled, keys.casesDue, keys.casesNear(category)];
  for (const list of lists) {
    const score = Number(await redis.zscore(list, id));
    const mended: Write = ['ZADD', list, score, id];
    expect(await faultsAfter(['ZREM', list, id], mended)).toEqual([
      `${keys.case(id)}: is submitted, but not in ${list}`,
    ]);
  }
  for (const list of [keys.casesIn('closed'), keys.casesWork('nobody'), keys.casesNear('gas_smell')])
    expect(await faultsAfter(['ZADD', list, 1, id], ['ZREM', list, id])).toEqual([
      `${keys.case(id)}: is submitted, but in ${list}`,
    ]);
  const key = keys.caseNumber(number);
  expect(await faultsAfter(['SET', key, 'case_other'], ['SET', key, id])).toEqual([
    `${keys.case(id)}: its case number points to another case`,
    `${key}: the number points to no case`,
  ]);
  expect(
    await faultsAfter(['ZADD', keys.casesFiled, filedAt, 'case_gone'], ['ZREM', keys.casesFiled, 'case_gone']),
  ).toEqual([expect.stringMatching(/lists case_gone, but the case does not exist/)]);
  expect(await casesHold(store)).toEqual([]);
});
