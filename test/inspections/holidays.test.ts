import { afterAll, beforeAll, expect, test } from 'vitest';
import { CALENDAR_ENDS, DAY_MS, dayOf, knownHolidays, momentOf, workingDayFrom } from '../../src/calendar.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { loadDraws } from '../../src/inspections/draw/draw-store.ts';
import { isPlanKnown, planOf, plansOn } from '../../src/inspections/holidays/holiday-plan.ts';
import { staff } from '../cases/desk.ts';
import { faultsOf } from '../review/broken-data.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const NATIONAL_DAY = { 'zh-CN': '国庆节', en: 'National Day' };

test('国庆 2026 is planned ten, three and one working day ahead, and reported on the first working day after it', () => {
  expect(planOf('2026-10-01', NATIONAL_DAY)).toMatchObject({
    lists: '2026-09-17',
    done: '2026-09-28',
    revisit: '2026-09-30',
    report: '2026-10-08',
  });
  expect(knownHolidays().filter(({ day }) => day.startsWith('2026-10'))).toEqual([
    { day: '2026-10-01', names: expect.objectContaining({ 'zh-CN': '国庆节' }) },
  ]);
  expect(plansOn('2026-09-16').map(({ day }) => day)).not.toContain('2026-10-01');
  expect(plansOn('2026-09-17').map(({ day }) => day)).toContain('2026-10-01');
});

test('a plan beyond the end of the calendar stays a draft', () => {
  const day = `${Number(CALENDAR_ENDS.slice(0, 4)) + 1}-01-01`;
  const { lists, done } = planOf(day, {});
  expect(plansOn(lists).map((plan) => plan.day)).toContain(day);
  const before = { holiday: {}, day, step: 'lists' } as const;
  expect(isPlanKnown({ before, until: done })).toBe(false);
  expect(isPlanKnown({ before: { ...before, day: '2026-10-01' }, until: '2026-09-28' })).toBe(true);
  expect(isPlanKnown({ until: done })).toBe(true);
});

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
}, 60_000);
afterAll(() => app.close());

test('the calendar drafts a check once, tells the office, and starts nothing by itself', {
  timeout: 40_000,
}, async () => {
  const { store } = app.running;
  const premises = [
    { id: 'north_station', series: 'station', names: { 'zh-CN': '汽车北站' }, region: '990101001001' },
  ] as const;
  await saveCityData(store, { premises }, 'premises', 1);
  await app.tick('city-reload');
  const office = await staff(app, '平安办', 'office', '*');
  const now = app.simulator.world.now();
  const next = [...knownHolidays().map(({ day }) => day), `${Number(CALENDAR_ENDS.slice(0, 4)) + 1}-01-01`].find(
    (day) => workingDayFrom(day, -10) > dayOf(now),
  );
  if (!next) throw new Error('No holiday is known.');
  const lists = workingDayFrom(next, -10);
  await app.advance(momentOf(`${lists}T10:00`) - now - DAY_MS);
  await app.tick('holiday-checks');
  expect(await loadDraws(store)).toEqual([]);
  await app.advance(DAY_MS);
  await app.tick('holiday-checks');
  await app.tick('holiday-checks');
  const told = await office.hasSeen(/节前排查给您备了草稿/, 10_000);
  const drafts = (await loadDraws(store)).map(({ record }) => record);
  expect(drafts).toMatchObject([{ state: 'draft', series: ['station'], from: lists, before: { day: next } }]);
  await office.tap('看草稿', told.message_id);
  const card = await office.sees(/^草稿：/);
  const buttons = card.buttons.flat().map(({ text }) => text);
  const isKnown = drafts[0] !== undefined && isPlanKnown(drafts[0]);
  expect(buttons.some((text) => text.includes('就这样抽'))).toBe(isKnown);
  expect(card.text?.includes('节假日表只到')).toBe(!isKnown);
});

test('all that this left behind holds together', async () => {
  expect(await faultsOf(app.running.store)).toEqual([]);
});
