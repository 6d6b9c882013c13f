import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf, HOUR_MS, isWorkingDay, momentOf } from '../../src/calendar.ts';
import { casesHold } from '../../src/cases/case-invariants.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addCase, newCaseId } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { responsibleRegions } from '../../src/cases/routing.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { STREET, shown, staff } from './desk.ts';

const REGION = '990101001001005';
const PER_DAY = 15;

let app: TestApp;
let desk: Phone;
beforeAll(async () => {
  app = await openTestApp();
  desk = await staff(app, '调度小陈', 'dispatcher', STREET);
}, 60_000);
afterAll(() => app.close());

const now = () => app.simulator.world.now();
async function advanceTo(time: string): Promise<void> {
  const next = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    .map((days) => dayOf(now() + days * 24 * HOUR_MS))
    .map((day) => [day, momentOf(`${day}T${time}`)] as const)
    .find(([day, at]) => isWorkingDay(day) && at > now());
  await app.advance((next?.[1] ?? now()) - now());
  await app.tick('deadline-digest');
  await app.settle();
}

async function file(count: number, urgent: boolean): Promise<readonly Report[]> {
  const filed = await make(count, urgent);
  await app.settle();
  return filed;
}

/** Files cases without waiting for their news. */
async function make(count: number, urgent: boolean): Promise<readonly Report[]> {
  const { store, services } = app.running;
  const filed = Array.from(
    { length: count },
    (): Report => ({
      id: newCaseId(randomInt),
      number: newCaseNumber(randomInt),
      category: 'stairwell_clutter',
      place: { region: REGION, text: '楼下' },
      description: { text: '过不去人' },
      photos: [],
      urgent,
      filedAt: now(),
      ...responsibleRegions(REGION, services.city.regions),
    }),
  );
  await bulkWrite(
    store,
    filed.flatMap((report, n) => addCase(store, report, `telegram:${n + 1}`).writes),
  );
  return filed;
}

const digests = async () =>
  (await desk.fromBot()).flatMap(({ text = '' }) => {
    const [, late, today] = /超期 (\d+) 件，今天到期 (\d+) 件/.exec(text) ?? [];
    return late === undefined ? [] : [[Number(late), Number(today)]];
  });

test('sixty cases over four days give a dispatcher at most twelve messages, and none is lost', async () => {
  await advanceTo('08:00');
  const before = (await desk.fromBot()).length;
  for (let day = 0; day < 4; day += 1) {
    await file(PER_DAY, false);
    for (const time of ['08:31', '11:30', '14:01', '15:30', '17:30']) await advanceTo(time);
    await advanceTo('08:00');
  }
  const messages = await desk.fromBot();
  expect(messages.length - before).toBeLessThanOrEqual(12);
  // A burst of reports is one notice a day.
  expect(messages.slice(before).filter(({ text }) => /新报来一件/.test(text ?? ''))).toHaveLength(4);
  // In the morning fifteen are due today, at two o'clock they are overdue; day after day.
  expect(await digests()).toEqual(
    [0, 1, 2, 3].flatMap((day) => [
      [day * PER_DAY, PER_DAY],
      [(day + 1) * PER_DAY, 0],
    ]),
  );
  const last = messages.findLast(({ text }) => text?.includes('今天要赶的'));
  expect(last?.text).toMatch(/还有 50 件/);
  await desk.tap('去办');
  await desk.hasSeen(/这些等您办，一共 60 件/);
}, 60_000);

test('a check of all cases also runs once a digest has gone out', async () => {
  const { store } = app.running;
  expect(await store.redis.exists(store.keys.casesDigest)).toBe(1);
  expect(await casesHold(store)).toEqual([]);
});

test('a burst of cases is told in few commits, and a damaged log stops its own news only', async () => {
  const { store } = app.running;
  const { redis, keys } = store;
  const toldCommits = async () =>
    (await redis.xrange(keys.audit, '-', '+')).filter(([, fields]) => fields.includes('news_told')).length;
  await file(1, false);
  const [{ id: damaged } = { id: '' }] = await file(1, false);
  await redis.del(keys.caseEvents(damaged));
  await redis.xadd(keys.caseEvents(damaged), '*', 'event', '{');
  const before = await toldCommits();
  await bulkWrite(store, [['ZADD', keys.casesNews, app.simulator.world.now(), `${damaged} 1`]]);
  await make(250, false);
  await app.settle();
  await app.tick('case-news');
  expect(await redis.zrange(keys.casesNews, '0', '-1')).toEqual([`${damaged} 1`]);
  // A hundred a commit; the first one that tells the dispatcher stands alone.
  expect((await toldCommits()) - before).toBeLessThan(10);
  await bulkWrite(store, [['ZREM', keys.casesNews, `${damaged} 1`]]);
}, 60_000);

test('an urgent case is told at once, at any hour, and a second process sends no second digest', async () => {
  await app.second();
  await advanceTo('17:30');
  const known = (await digests()).length;
  const [urgent] = await file(1, true);
  await app.advance(16 * 60_000);
  await app.settle();
  await desk.hasSeen(new RegExp(`🔴 ${shown(urgent?.number ?? '')}.*过了时限`));
  await advanceTo('08:31');
  await advanceTo('08:45');
  expect(await digests()).toHaveLength(known + 1);
}, 60_000);
