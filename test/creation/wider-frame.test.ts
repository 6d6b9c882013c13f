import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Urn } from '../../src/channels/channel.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { keepRound, loadRound } from '../../src/creation/rounds/round-store.ts';
import { checkerCode } from '../../src/inspections/draw/draw.ts';
import { keepHalf } from '../../src/inspections/draw/draw-store.ts';
import type { Visit } from '../../src/inspections/visits/visit.ts';
import { keepVisit, loadVisitsOf } from '../../src/inspections/visits/visit-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { hashOf } from '../../src/surveys/wave/draw.ts';
import { staff } from '../cases/desk.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { HAND, plannedRound, SCHOOL } from './school.ts';

const ROUND = 'round_aaaaaaaa';
let app: TestApp;
/** Grid workers: two of the community, one of another community of the street, one of another street. */
let workers: readonly Phone[];
const now = () => app.simulator.world.now();
const pseudonym = ({ id }: Phone) => app.running.store.pseudonym(`telegram:${id}` as Urn);

beforeAll(async () => {
  app = await openTestApp();
  const { store } = app.running;
  await saveCityData(store, { premises: [SCHOOL] }, 'premises', 1);
  await app.tick('city-reload');
  const grounds = [SCHOOL.region, SCHOOL.region, '990101001002', '990101002001'];
  workers = await Promise.all(grounds.map((ground, i) => staff(app, `网格员${i}`, 'grid_worker', ground)));
}, 90_000);
afterAll(() => app.close());

/** A claim that was sent back: the two of the community checked it the last time. */
async function claimAgain(last: readonly Phone[]): Promise<void> {
  const { store } = app.running;
  const half = 'h'.repeat(64);
  const claims = Object.fromEntries(HAND.map(({ no }) => [no, 'full' as const]));
  const round = plannedRound({ state: 'claimed', since: now(), claims, halfHash: hashOf(half) });
  await bulkWrite(store, [
    ...keepRound(store, round, now()).writes,
    keepHalf(store, ROUND, 'office', half),
    ['HSET', store.keys.lastCheckers, SCHOOL.id, last.map(pseudonym).join(' ')],
  ]);
  await app.tick('creation-clock');
}
const visits = async () => (await loadVisitsOf(app.running.store, ROUND)).map(({ record }) => record);
const codesOf = (some: readonly Phone[]) => some.map((one) => checkerCode(ROUND, pseudonym(one))).toSorted();
const isTold = async (phone: Phone, { id }: Visit) =>
  (await app.running.store.redis.zscore(app.running.store.keys.checkerVisits(pseudonym(phone)), id)) !== null;

test('a claim whose community has no free checkers is drawn from the street and the district', async () => {
  const [one, two, three, four] = workers as [Phone, Phone, Phone, Phone];
  await claimAgain([one, two]);
  expect((await loadRound(app.running.store, ROUND))?.record.state).toBe('checking');
  const [visit] = await visits();
  expect(visit).toMatchObject({ region: SCHOOL.region, ground: '990101000000' });
  expect(visit?.checkers.toSorted()).toEqual(codesOf([three, four]));
  for (const phone of [three, four]) expect(visit && (await isTold(phone, visit))).toBe(true);
  await app.tick('visit-clock');
  await three.hasSeen(/抽到/);
  await four.hasSeen(/抽到/);
});

test('a full check after it goes to the same two, who are found in the wider region', async () => {
  const { store } = app.running;
  const [kept] = await loadVisitsOf(store, ROUND);
  if (!kept) throw new Error('There is no visit.');
  const others = kept.record.items.filter((no) => !HAND.find((item) => item.no === no)?.critical).slice(0, 3);
  const agreed = Object.fromEntries(
    kept.record.items.map((no) => [no, { mark: others.includes(no) ? ('none' as const) : ('full' as const) }]),
  );
  const left = { ...kept.record, agreed, state: 'left' as const, leftAt: now() };
  await bulkWrite(store, keepVisit(store, left, undefined, kept).writes);
  await app.tick('creation-clock');
  const round = (await loadRound(store, ROUND))?.record;
  expect(round?.checkers.toSorted()).toEqual(workers.slice(2).map(pseudonym).toSorted());
  const rest = (await visits()).find(({ id }) => id !== left.id);
  expect(rest).toMatchObject({ checkers: left.checkers, ground: '990101000000' });
  for (const phone of workers.slice(2)) expect(rest && (await isTold(phone, rest))).toBe(true);
});
