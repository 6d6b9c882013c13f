import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { showPromise } from '../../src/console/pages/topic-promise.ts';
import { loadRecheckFigures } from '../../src/creation/rechecks/recheck-figures.ts';
import { loadRound, loadRounds } from '../../src/creation/rounds/round-store.ts';
import { loadTopicResults } from '../../src/deliberation/ballot/results.ts';
import { keepStatement, loadStatements } from '../../src/deliberation/statement/statement.ts';
import { keepTopic, loadPromisedTopics, loadTopic } from '../../src/deliberation/topic/topic-store.ts';
import { promisedWork } from '../../src/demo/history/promised-work.ts';
import { COURT, demoDrills, demoDrillWatches, demoRoundId, roundWrites } from '../../src/demo/history/rounds.ts';
import { topicResidentsJob } from '../../src/demo/history/topic-residents.ts';
import { COMMUNITY, COURT_COMMUNITY, topicWrites } from '../../src/demo/history/topics.ts';
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
  await bulkWrite(store, demoDrillWatches(store, now));
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

test('made-up neighbours second, listen and vote, so that a topic goes its way without other phones', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const { world } = app.simulator;
  const id = 'topic_demo0001';
  const topic = async () => {
    const kept = await loadTopic(store, id);
    if (!kept) throw new Error('The demo has no topic to moderate.');
    return kept;
  };
  const neighbours = topicResidentsJob(store);
  const votes = async () => {
    await neighbours.run(world.now(), () => false);
    return store.redis.hlen(store.keys.topicBallots(id));
  };
  const until = async (state: string, afterMs: number) => {
    await app.advance(afterMs);
    const reached = async () => {
      await app.tick('topic-clock');
      const { record } = await topic();
      // Deleted votes leave the store's file first.
      return record.rewriting || record.closing ? 'counting' : record.state;
    };
    await expect.poll(reached, { timeout: 20_000 }).toBe(state);
  };
  const [now, before] = [world.now(), await topic()];
  const moderated = { ...before.record, state: 'moderated', since: now, until: now, days: 7 } as const;
  await bulkWrite(store, keepTopic(store, moderated, before).writes);
  await until('seconding', 0);
  expect(await votes()).toBe(0);
  await app.advance(2 * HOUR_MS);
  expect([await votes(), await votes()]).toEqual([8, 8]);
  await until('discussing', 31 * DAY_MS);
  // Two sentences wait for the moderator; one is shown.
  await app.advance(2 * HOUR_MS);
  expect(await votes()).toBe(0);
  const [first, ...others] = await loadStatements(store, id);
  expect([first, ...others].map((one) => one?.state)).toEqual(['waiting', 'waiting']);
  if (first) await bulkWrite(store, [keepStatement(store, id, { ...first, state: 'shown' })]);
  await app.advance(3 * DAY_MS);
  expect(await votes()).toBe(40);
  await until('deciding', 5 * DAY_MS);
  await app.advance(DAY_MS + HOUR_MS);
  expect(await votes()).toBe(40);
  await until('decided', 7 * DAY_MS);
  const { discussion, sounding } = await loadTopicResults(store, id);
  expect(discussion?.statements).toHaveLength(1);
  expect(sounding).toMatchObject({ outcome: 'for' });
  await expectInvariants(store);
});
