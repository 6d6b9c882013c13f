import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf } from '../../src/calendar.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { checkerCode } from '../../src/inspections/draw/draw.ts';
import { keepFrame, keepHalf } from '../../src/inspections/draw/draw-store.ts';
import { frameText } from '../../src/inspections/draw/frame.ts';
import { makeRepeats } from '../../src/inspections/visits/make-visits.ts';
import { nextCheckerFor } from '../../src/inspections/visits/next-checker.ts';
import type { Visit } from '../../src/inspections/visits/visit.ts';
import { newVisitId } from '../../src/inspections/visits/visit.ts';
import { addVisit, loadVisit } from '../../src/inspections/visits/visit-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { staff } from '../cases/desk.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const COMMUNITY = '990101001001';
const PREMISES = { id: 'station', series: 'station', names: { 'zh-CN': '汽车站' }, region: COMMUNITY } as const;

let app: TestApp;
const checkers: Phone[] = [];
beforeAll(async () => {
  app = await openTestApp();
  await saveCityData(app.running.store, { premises: [PREMISES] }, 'premises', 1);
  await app.tick('city-reload');
  for (const name of ['甲', '乙', '丙', '丁', '戊'])
    checkers.push(await staff(app, `网格员${name}`, 'grid_worker', COMMUNITY));
}, 90_000);
afterAll(() => app.close());

const urnOf = ({ id }: Phone): Urn => `telegram:${id}`;
const codeOf = (of: string, phone: Phone) => checkerCode(of, app.running.store.pseudonym(urnOf(phone)));

/** A visit by the first two checkers, with the frame and the seed from which the next ones come. */
async function visitOf(of: string, more: (first: string, second: string) => Partial<Visit>): Promise<Visit> {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const [first = '', second = '', ...others] = checkers.map((phone) => codeOf(of, phone));
  const visit: Visit = {
    ...{ id: newVisitId(), of, premises: 'station', series: 'station', standard: 1, region: COMMUNITY },
    ...{ items: [1, 2], checkers: [first, second], password: '青石', state: 'drawn', sheets: {} },
    ...{ from: dayOf(now), until: dayOf(now + 3 * DAY_MS), ...more(first, second) },
  };
  const premises = [{ id: 'station', series: 'station', street: '990101001000', named: true }];
  const listed = [first, second, ...others].map((code) => ({ code, not: [] }));
  await bulkWrite(store, [
    keepFrame(store, of, frameText({ each: 1, premises, checkers: listed, items: [] })),
    keepHalf(store, of, 'office', '石榴树下'),
    keepHalf(store, of, 'auditor', '城墙下'),
    ...addVisit(store, visit, { place: 0, pseudonyms: [], due: now }).writes,
  ]);
  return visit;
}

/** The checker of this code leaves; returns those who stay. */
async function leaves(of: string, code: string | undefined): Promise<void> {
  const { redis, keys } = app.running.store;
  const phone = checkers.find((one) => codeOf(of, one) === code);
  if (!phone) throw new Error('There is no such checker.');
  await redis.hset(keys.person(urnOf(phone)), 'gone', 'blocked the bot');
}

async function comeBack(): Promise<void> {
  const { redis, keys } = app.running.store;
  for (const phone of checkers) await redis.hdel(keys.person(urnOf(phone)), 'gone');
}

test('a checker who left is replaced by one who is there, also if the next by lot left too', async () => {
  const { store } = app.running;
  const visit = await visitOf('draw_left', () => ({}));
  const [first = '', second] = visit.checkers;
  const next = await nextCheckerFor(store, { ...visit, withdrawn: [first] });
  await leaves(visit.of, first);
  await leaves(visit.of, next);
  await app.tick('visit-clock');
  const told = (await loadVisit(store, visit.id))?.record;
  expect(told).toMatchObject({ state: 'told', withdrawn: [first, next] });
  expect(told?.checkers).toHaveLength(2);
  expect(told?.checkers).toContain(second);
  expect(told?.checkers).not.toContain(next);
  await comeBack();
});

test('the third checker is one who is there: a visit waits for no person who left', async () => {
  const { store } = app.running;
  const sheet = (mark: 'full' | 'none') => ({
    ...{ marks: { 1: { mark }, 2: { mark: 'full' as const } }, photos: {} },
    sentAt: app.simulator.world.now(),
  });
  const visit = await visitOf('draw_third', (first, second) => ({
    ...{ state: 'filled', disputed: [1], sheets: { [first]: sheet('full'), [second]: sheet('none') } },
  }));
  const next = await nextCheckerFor(store, visit);
  await leaves(visit.of, next);
  await app.tick('visit-clock');
  const called = (await loadVisit(store, visit.id))?.record;
  expect(called?.third).toBeDefined();
  expect(called?.third).not.toBe(next);
  const phone = checkers.find((one) => codeOf(visit.of, one) === called?.third);
  await phone?.hasSeen(/请您定一下：汽车站/);
  await comeBack();
});

test('a visit that others repeat takes no objection along: its own result may be objected to, and counts', async () => {
  const { store } = app.running;
  const now = app.simulator.world.now();
  const answer = { upheld: true, words: { text: '同意' }, at: now };
  const visit = await visitOf('draw_repeat', () => ({
    ...{ state: 'left', leftAt: now, agreed: { 1: { mark: 'full' }, 2: { mark: 'full' } } },
    objection: { words: { text: '那天没有人来过' }, at: now, answer },
  }));
  const listed = checkers.map((phone) => ({ code: codeOf('draw_repeat', phone), not: [] }));
  const frame = { each: 1, premises: [], checkers: listed, items: [] };
  const how = { frame, lot: (name: string) => name, checkers: [], until: visit.until, now };
  const { change, ids } = makeRepeats(store, [visit], how);
  await bulkWrite(store, change.writes);
  const repeat = (await loadVisit(store, ids[0]))?.record;
  expect(repeat).toMatchObject({ repeats: visit.id, state: 'drawn' });
  expect(repeat?.objection).toBeUndefined();
});
