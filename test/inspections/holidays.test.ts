import { afterAll, beforeAll, expect, test } from 'vitest';
import { CALENDAR_ENDS, knownHolidays, momentOf, workingDayFrom } from '../../src/calendar.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { keepDraw, loadDraws } from '../../src/inspections/draw/draw-store.ts';
import { holidayChecksJob } from '../../src/inspections/holidays/holiday-checks-job.ts';
import { isPlanKnown, planOf, plansOn } from '../../src/inspections/holidays/holiday-plan.ts';
import type { Visit } from '../../src/inspections/visits/visit.ts';
import { newVisitId } from '../../src/inspections/visits/visit.ts';
import { addVisit } from '../../src/inspections/visits/visit-store.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Change } from '../../src/store/records/versioned-record.ts';
import { joinChanges, NO_CHANGE } from '../../src/store/records/versioned-record.ts';
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

/** Runs the job at a time of the calendar: the tests behave the same on every day. */
async function runAt(clock: string): Promise<unknown> {
  const at = momentOf(clock);
  return holidayChecksJob({ ...app.running.services, now: () => at }).run(at, () => false);
}

test.each([
  ['a known holiday', '2026-05-01', true],
  ['a holiday beyond the end of the calendar', `${Number(CALENDAR_ENDS.slice(0, 4)) + 1}-01-01`, false],
])(
  'the calendar drafts a check for %s once, tells the office, and starts nothing by itself',
  {
    timeout: 40_000,
  },
  async (_what, day, isKnown) => {
    const { store } = app.running;
    const premises = [
      { id: 'north_station', series: 'station', names: { 'zh-CN': '汽车北站' }, region: '990101001001' },
    ] as const;
    await saveCityData(store, { premises }, 'premises', 1);
    await app.tick('city-reload');
    const office = await staff(app, `平安办${day}`, 'office', '*');
    const lists = workingDayFrom(day, -10);
    const drafts = async () => (await loadDraws(store)).filter(({ record }) => record.before?.day === day);
    await runAt(`${workingDayFrom(lists, -1)}T10:00`);
    expect(await drafts()).toEqual([]);
    await runAt(`${lists}T10:00`);
    await runAt(`${lists}T10:10`);
    const told = await office.hasSeen(/节前排查给您备了草稿/, 10_000);
    // A plan that stays a draft does not promise that one tap starts it.
    expect([/就这样抽/, /先留作草稿/].map((words) => words.test(told.text ?? ''))).toEqual([isKnown, !isKnown]);
    expect((await drafts()).map(({ record }) => record)).toMatchObject([
      { state: 'draft', series: ['station'], from: lists },
    ]);
    await office.tap('看草稿', told.message_id);
    const card = await office.sees(/^草稿：/);
    const buttons = card.buttons.flat().map(({ text }) => text);
    expect(buttons.some((text) => text.includes('就这样抽'))).toBe(isKnown);
    expect(card.text?.includes('节假日表只到')).toBe(!isKnown);
  },
);

test('all that this left behind holds together', async () => {
  expect(await faultsOf(app.running.store)).toEqual([]);
});

const PREMISES = ['north_station', 'south_station', 'east_station'] as const;

/** A visit of a draw that is over, with one mark. */
function visitOf(of: string, premises: string, mark: 'full' | 'none', more: Partial<Visit> = {}): Visit {
  return {
    id: newVisitId(),
    of,
    premises,
    series: 'station',
    standard: 1,
    region: '990101001001',
    items: [5],
    checkers: [],
    password: '青石',
    from: '2026-09-17',
    until: '2026-09-28',
    state: 'left',
    sheets: {},
    agreed: { 5: { mark } },
    ...more,
  };
}

test('failed premises are seen again on the last working day, and the report after the holiday counts each of them once', {
  timeout: 40_000,
}, async () => {
  const { store } = app.running;
  await saveCityData(
    store,
    {
      premises: PREMISES.map((id) => ({ id, series: 'station', names: { 'zh-CN': id }, region: '990101001001' })),
    },
    'premises',
    1,
  );
  await app.tick('city-reload');
  const office = await staff(app, '平安办老李', 'office', '*');
  const drafts = async () => (await loadDraws(store)).filter(({ record }) => record.before?.day === '2026-10-01');
  const keep = (visits: readonly Visit[], op: string, change: Change = NO_CHANGE) =>
    commitAsSystem(
      store,
      {
        op,
        what: 'visits_of_test',
        ...joinChanges([
          change,
          ...visits.map((visit, place) => addVisit(store, visit, { place, pseudonyms: [], due: 0 })),
        ]),
      },
      0,
    );

  // Ten working days ahead: the lists, and the shifts of the days off.
  // 中秋 of that week has a draft of its own.
  expect(await runAt('2026-09-17T10:00')).toEqual({ planned: 2 });
  await office.hasSeen(/快到国庆节了.*假期的值班还没有排/s, 10_000);
  await office.tap('排值班');
  await office.sees(/在哪里值班|哪里/);
  const [lists] = await drafts();
  if (!lists) throw new Error('No lists were drafted.');
  // The checks: one fails, one fails but its objection is upheld, one passes and is repeated.
  const upheld = { words: { text: '不对' }, at: 0, answer: { upheld: true, words: { text: '属实' }, at: 0 } };
  const [failed, contested, well] = [
    visitOf(lists.record.id, PREMISES[0], 'none'),
    visitOf(lists.record.id, PREMISES[1], 'none', { objection: upheld }),
    visitOf(lists.record.id, PREMISES[2], 'full'),
  ];
  const again = visitOf(lists.record.id, PREMISES[2], 'full', { repeats: well.id });
  const done = keepDraw(store, { ...lists.record, state: 'done' }, undefined, lists);
  await keep([failed, contested, well, again], 'lists', done);

  // No second look before its day; then one draft, for the failed premises alone.
  expect(await runAt('2026-09-29T10:00')).toEqual({ planned: 0 });
  expect(await runAt('2026-09-30T10:00')).toEqual({ planned: 1 });
  expect(await runAt('2026-09-30T10:10')).toEqual({ planned: 0 });
  await office.hasSeen(/国庆节前再看一遍：.*有 1 家上次有不合格的/, 10_000);
  const revisit = (await drafts()).find(({ record }) => record.before?.step === 'revisit');
  expect(revisit?.record).toMatchObject({
    state: 'draft',
    named: [PREMISES[0]],
    each: 0,
    from: '2026-09-30',
    until: '2026-09-30',
  });
  const id = revisit?.record.id ?? '';
  const second = visitOf(id, PREMISES[0], 'full');
  await keep([second, visitOf(id, PREMISES[0], 'full', { repeats: second.id })], 'revisit');

  // The report: once, on the first working day after the holiday.
  expect(await runAt('2026-10-07T10:00')).toEqual({ planned: 0 });
  expect(await runAt('2026-10-08T10:00')).toEqual({ planned: 1 });
  expect(await runAt('2026-10-08T10:10')).toEqual({ planned: 0 });
  await office.hasSeen(/国庆节前后的排查.*抽了 3 家，去了 3 家，1 家有不合格的，复看后还有 0 家/, 10_000);
});
