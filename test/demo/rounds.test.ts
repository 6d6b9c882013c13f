import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/calendar.ts';
import { showPromise } from '../../src/console/topic-promise.ts';
import { loadRecheckFigures } from '../../src/creation/rounds/recheck-figures.ts';
import { loadRound, loadRounds } from '../../src/creation/rounds/round-store.ts';
import { loadPromisedTopics } from '../../src/deliberation/topic/topic-store.ts';
import { promisedWork } from '../../src/demo/promised-work.ts';
import { COURT, demoDrills, demoRoundId, roundWrites } from '../../src/demo/rounds.ts';
import { COMMUNITY, COURT_COMMUNITY, topicWrites } from '../../src/demo/topics.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { faultsOf } from '../review/broken-data.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const ZH = { language: 'zh-CN' };
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
  // The station passed the re-check of a plan whose day has come.
  const station = rounds.find(({ premises }) => premises === 'station_1_1');
  expect(station?.visitPassedAt).toBeLessThan(now);
  const [rechecks] = await loadRecheckFigures(store, station?.visitPassedAt ?? 0);
  expect(rechecks?.quarters.map(({ target, done }) => [target, done])).toEqual([[1, 1]]);
  const school = rounds.find(({ premises }) => premises === 'shiyan_school');
  expect(school?.evidence[18]).toMatchObject({ y: 11, starMet: true });
});

test('its topics have a late promise with an open case, a kept one with a checked case, and one with a task and a project', async () => {
  const { store, services } = app.running;
  const now = app.simulator.world.now();
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const gaps = (await loadRound(store, demoRoundId(COURT)))?.record;
  const work = promisedWork(store, services.city, { community: COMMUNITY, court: COURT_COMMUNITY, gaps }, hour);
  await bulkWrite(store, work.writes);
  await bulkWrite(store, topicWrites(store, now, work));
  const topics = (await loadPromisedTopics(store)).map(({ record }) => record);
  const shown = await Promise.all(topics.map(({ promise }) => promise && showPromise(promise, ZH, services)));
  expect(shown.map((one) => [one?.state, ...(one?.work ?? []).map(({ name, state }) => `${name} ${state}`)])).toEqual([
    ['open', expect.stringMatching(/^📣 .*桃园社区 solved$/), '桃园里小区 #1 open'],
    ['overdue', expect.stringMatching(/^\w{4}-\w{4} 路灯.* open$/)],
    ['kept', expect.stringMatching(/^\w{4}-\w{4} 井盖.* proven$/)],
  ]);
  await expectInvariants(store);
  expect(await faultsOf(store)).toEqual([]);
});
