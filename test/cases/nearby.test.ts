import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../src/calendar.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addCase, changeCase, loadCase, loadFollowedCases, newCaseId } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { migrateV6 } from '../../src/cases/migrate/migrate-v6.ts';
import { findClosedBefore, findNearby } from '../../src/cases/report/nearby.ts';
import type { Place } from '../../src/engine/place.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { migrate } from '../../src/store/start/migrate.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const HERE = { latitude: 31.5, longitude: 119.5 };
/** A degree of latitude is about 111.2 km. */
const north = (metres: number) => ({ ...HERE, latitude: HERE.latitude + metres / 111_195 });

async function file(category: string, place: Place, filedAt = app.simulator.world.now()): Promise<Report['id']> {
  const { store } = app.running;
  const made: Report = {
    id: newCaseId(randomInt),
    number: newCaseNumber(randomInt),
    category,
    place,
    description: { text: '积水' },
    photos: [],
    urgent: false,
    filedAt,
  };
  const done = await commitAsSystem(
    store,
    { op: made.id, what: 'test', ...addCase(store, made, 'test:1') },
    made.filedAt,
  );
  expect(done.type).toBe('ok');
  return made.id;
}

const near = async (category: string, place: Place) => {
  const { store, app: inside } = { store: app.running.store, app: app.running.services };
  return (await findNearby(store, inside.city.categories, category, place)).map(({ record, metres }) => [
    record.id,
    metres,
  ]);
};

test('open cases are found within the radius of their category, nearest first', async () => {
  const far = await file('flooding', { point: north(140) });
  await file('flooding', { point: north(160) });
  const close = await file('flooding', { point: north(20) });
  const found = await near('flooding', { point: HERE });
  expect(found).toEqual([
    [close, 20],
    [far, 140],
  ]);
  // The radius of manhole covers is 15 metres.
  await file('manhole_cover', { point: north(20) });
  expect(await near('manhole_cover', { point: HERE })).toEqual([]);
});

test('cases at the same address are found without any point', async () => {
  const there = await file('stairwell_clutter', { region: '990101001001', address: 'p1#3' });
  await file('stairwell_clutter', { region: '990101001001', address: 'p1#4' });
  expect(await near('stairwell_clutter', { address: 'p1#3' })).toEqual([[there, undefined]]);
});

test('cases of other categories and ended cases are not offered', async () => {
  const { store } = app.running;
  const point = { latitude: 31.52, longitude: 119.52 };
  const id = await file('street_light', { point });
  expect(await near('flooding', { point })).toEqual([]);
  expect(await near('street_light', { point })).toEqual([[id, 0]]);
  const kept = await loadCase(store, id);
  if (!kept) throw new Error('There is no case.');
  const event = {
    type: 'withdrawn',
    to: 'withdrawn',
    at: app.simulator.world.now(),
    as: 'reporter',
    by: '',
  } as const;
  await commitAsSystem(store, { op: `w${id}`, what: 'test', ...changeCase(store, kept, event) }, event.at);
  expect(await near('street_light', { point })).toEqual([]);
  await expectInvariants(store);
});

async function close(
  id: Report['id'],
  { category, at = app.simulator.world.now() }: { readonly category?: string; readonly at?: number } = {},
): Promise<void> {
  const { store } = app.running;
  const steps = [
    ...(category ? [{ type: 'reclassified', category } as const] : []),
    { type: 'accepted', to: 'filed' } as const,
    { type: 'left_unrated', to: 'closed' } as const,
  ];
  for (const step of steps) {
    const kept = await loadCase(store, id);
    if (!kept) throw new Error('There is no case.');
    const event = { ...step, at, as: 'house', by: '' } as const;
    await commitAsSystem(store, { op: `${step.type}${id}`, what: 'test', ...changeCase(store, kept, event) }, at);
  }
}

test('the last closed case of a spot is found among many old ones that lie nearer', async () => {
  const { store } = app.running;
  const old = app.simulator.world.now() - 200 * DAY_MS;
  for (let i = 0; i < 12; i += 1) await close(await file('flooding', { point: SPOT }, old), { at: old });
  const last = await file('flooding', { point: { ...SPOT, latitude: SPOT.latitude + 10 / 111_195 } });
  await close(last);
  const again = await loadCase(store, await file('flooding', { point: SPOT }));
  if (!again) throw new Error('There is no case.');
  expect((await findClosedBefore(store, again.record))?.record.id).toBe(last);
});

test('closed cases of schema 6, which had an index for each category, are found too', async () => {
  const { store } = app.running;
  const { redis, keys } = store;
  const point = { latitude: 31.551234, longitude: 119.551234 };
  const closed = await file('flooding', { point });
  await close(closed);
  const former = keys.formerCasesEnded('flooding');
  await redis.zrem(keys.casesEnded, closed);
  await redis.geoadd(former, point.longitude, point.latitude, closed);
  await redis.hset(keys.meta, 'schema', '6');
  expect(await migrate(store, [migrateV6])).toBeGreaterThan(0);
  expect(await redis.exists(former)).toBe(0);
  const again = await loadCase(store, await file('flooding', { point }));
  if (!again) throw new Error('There is no case.');
  expect((await findClosedBefore(store, again.record))?.record.id).toBe(closed);
  await expectInvariants(store);
});

const SPOT = { latitude: 31.540123, longitude: 119.540123 };

test.each(['sewage', 'fire_lane_blocked', 'other_hazard'])(
  'a closed case that was given the class %s is found again by its first one; another hazard at the spot is not',
  async (given) => {
    const { store } = app.running;
    const point = { latitude: 31.530123 + 0.01 * given.length, longitude: 119.530123 };
    const changed = await file('flooding', { point });
    await close(changed, { category: given });
    await close(await file('water_quality', { point }));
    const again = await loadCase(store, await file('flooding', { point }));
    if (!again) throw new Error('There is no case.');
    expect((await findClosedBefore(store, again.record))?.record.id).toBe(changed);
    const other = { ...again.record, category: 'waterside_guard' };
    expect(await findClosedBefore(store, other)).toBeUndefined();
  },
);

test('a neighbour follows an existing case instead of filing another; her photo is added to it', async () => {
  const { store } = app.running;
  const zhou = await app.phone('周阿姨');
  const number = await report(zhou);
  const chen = await app.phone('小陈');
  await chen.send({ photo: 'e-bike-wire' });
  await report(chen, { opening: 'sent', stopAt: 'same' });
  const asked = await chen.sees(/是不是同一件/);
  // Only category, distance and date of the existing case are shown.
  expect(JSON.stringify(asked)).not.toContain('楼道口飞线充电');
  await chen.tap('飞线充电');
  await chen.sees(/您现在关注了/);
  const [followed] = await loadFollowedCases(store, `telegram:${chen.id}`);
  expect(followed?.record).toMatchObject({ number, photos: [{}] });
  expect(await store.redis.zcard(store.keys.casesIn('submitted'))).toBeGreaterThan(0);
  expect(
    await store.redis.zscore(store.keys.caseFollowers(followed?.record.id ?? ''), `telegram:${chen.id}`),
  ).not.toBeNull();
  await chen.say('我的上报');
  await chen.hasNew(/想看哪一件/);
  await chen.tap('飞线充电');
  const card = await chen.sees(/现在：待受理/);
  expect(card.buttons.flat().map(({ text }) => text)).not.toContain('撤回这一件');
  // The reporter's text is hidden until a dispatcher has reviewed the case.
  expect(card.text).not.toContain('楼道口飞线充电');
  expect(card.text).toContain('工作人员看过以后才显示');
  await chen.tap('不再关注');
  await chen.sees(/不再告诉您/);
  expect(await loadFollowedCases(store, `telegram:${chen.id}`)).toEqual([]);
  await expectInvariants(store);
});
