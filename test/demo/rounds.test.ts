import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRounds } from '../../src/creation/rounds/round-store.ts';
import { demoDrills, roundWrites } from '../../src/demo/rounds.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
}, 90_000);
afterAll(() => app.close());

test('the demo has a station, a school and two estates in four states of a round', { timeout: 60_000 }, async () => {
  const { store, services } = app.running;
  const now = app.simulator.world.now();
  await bulkWrite(store, demoDrills(store, services.city, now));
  await bulkWrite(store, await roundWrites(store, services.city, now));
  const rounds = (await loadRounds(store)).map(({ record }) => record);
  const states = rounds.map(({ premises, state }) => [premises, state]);
  expect(states.toSorted()).toEqual([
    ['jinxiu_garden', 'planned'],
    ['shiyan_school', 'public_notice'],
    ['station_1_1', 'met'],
    ['taoyuan_court', 'curing'],
  ]);
  const school = rounds.find(({ premises }) => premises === 'shiyan_school');
  expect(school?.evidence[18]).toMatchObject({ y: 11, starMet: true });
});
