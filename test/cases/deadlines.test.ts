import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Limit } from '../../src/calendar.ts';
import {
  CALENDAR_ENDS,
  DAY_MS,
  dayOf,
  delayedEnd,
  HOUR_MS,
  halveLimit,
  isWorkingDay,
  limitEnd,
} from '../../src/calendar.ts';
import { clocksOf, cureDue, marksOf, promisedEnd, stageOf } from '../../src/cases/deadlines.ts';
import type { HazardCase } from '../../src/cases/hazard-case.ts';

/** A moment in Chinese time. */
const at = (text: string) => Date.parse(`${text.replace(' ', 'T')}:00+08:00`);

describe('a limit', () => {
  test.each<[string, Limit, string]>([
    ['2026-09-28 10:00', '45min', '2026-09-28 10:45'],
    ['2026-09-30 23:30', '2h', '2026-10-01 01:30'],
    // Monday to Thursday.
    ['2026-11-23 10:00', '3wd', '2026-11-26 17:00'],
    // Over a weekend.
    ['2026-11-27 10:00', '1wd', '2026-11-30 17:00'],
    // The first of October to the seventh are holidays; the tenth, a Saturday, is worked (State Council, 2025-11-04).
    ['2026-09-30 10:00', '1wd', '2026-10-08 17:00'],
    ['2026-09-30 10:00', '3wd', '2026-10-10 17:00'],
    // Office hours: the rest of a limit runs on the next morning.
    ['2026-11-23 10:00', '2wh', '2026-11-23 12:00'],
    ['2026-11-23 16:00', '2wh', '2026-11-24 10:00'],
    ['2026-11-27 20:00', '2wh', '2026-11-30 11:00'],
    ['2026-11-23 06:00', '1wh', '2026-11-23 10:00'],
  ])('from %s, %s lasts until %s', (from, limit, until) => {
    expect(limitEnd(at(from), limit)).toBe(at(until));
  });

  // The work begins at acceptance, which may be due on the next working day.
  test.each<[string, Limit, boolean, string]>([
    ['2026-11-23 17:58', '4h', false, '2026-11-24 15:00'],
    ['2026-11-27 20:00', '1wd', false, '2026-12-01 17:00'],
    ['2026-11-23 10:00', '4h', false, '2026-11-23 16:00'],
    ['2026-11-23 10:00', '3wd', false, '2026-11-26 17:00'],
    ['2026-11-23 17:58', '4h', true, '2026-11-23 22:13'],
  ])('what is reported at %s with a cure in %s (urgent: %s) is promised until %s', (from, cure, urgent, until) => {
    expect(promisedEnd(at(from), cure, urgent)).toBe(at(until));
  });

  test('halving a limit rounds working days up', () => {
    expect([halveLimit('24h'), halveLimit('3wd'), halveLimit('1wd')]).toEqual(['12h', '2wd', '1wd']);
  });

  test('counts swapped working days (调休), and has a last known year', () => {
    expect([isWorkingDay('2026-02-14'), isWorkingDay('2026-02-16'), isWorkingDay('2026-11-28')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(CALENDAR_ENDS).toMatch(/^20\d\d-12-31$/);
  });
});

const FROM = at('2026-11-23 10:00');
const CASE: HazardCase = {
  id: 'case_x',
  number: 'K7Q4M2XR',
  state: 'in_progress',
  since: FROM,
  events: 4,
  changedAt: FROM,
  category: 'flooding',
  place: {},
  description: { text: '' },
  photos: [],
  urgent: false,
  filedAt: FROM,
  unit: 'water',
  clock: { from: FROM, contain: '4h', cure: '24h' },
};

test('a limit of office hours stands still during a pause, and goes on in office hours', () => {
  const delayed = (due: string, from: string, until: string) =>
    delayedEnd(at(due), { from: at(from), until: at(until) }, '2wh');
  // Half an hour was left when the question was asked on Thursday; the answer came in the evening.
  expect(delayed('2026-10-15T12:00', '2026-10-15T11:30', '2026-10-15T20:00')).toBe(at('2026-10-16T09:30'));
  expect(delayed('2026-10-16T09:30', '2026-10-15T16:50', '2026-10-15T20:00')).toBe(at('2026-10-16T09:40'));
  // A limit that was over stays over.
  expect(delayed('2026-10-15T11:00', '2026-10-15T11:30', '2026-10-15T20:00')).toBe(at('2026-10-15T11:00'));
});

test('a limit of working days goes on after a pause with the working days that were left', () => {
  const delayed = (due: string, from: string, until: string) =>
    delayedEnd(at(due), { from: at(from), until: at(until) }, '5wd');
  // Four days were left on Monday. From Wednesday on they end on Tuesday, not on Sunday.
  expect(delayed('2026-11-13T17:00', '2026-11-09T10:00', '2026-11-11T10:00')).toBe(at('2026-11-17T17:00'));
  // The days off of the National Day are none.
  expect(delayed('2026-09-30T17:00', '2026-09-28T10:00', '2026-09-30T10:00')).toBe(at('2026-10-09T17:00'));
  // A pause on the last day leaves it as it is, or one working day.
  expect(delayed('2026-11-13T17:00', '2026-11-13T10:00', '2026-11-13T11:00')).toBe(at('2026-11-13T17:00'));
  expect(delayed('2026-11-13T17:00', '2026-11-13T10:00', '2026-11-14T11:00')).toBe(at('2026-11-16T17:00'));
  // A limit that was over stays over.
  expect(delayed('2026-11-13T17:00', '2026-11-13T17:01', '2026-11-14T11:00')).toBe(at('2026-11-13T17:00'));
});

test('whatever the pause, a limit of five working days runs for five of them', () => {
  const check = (begins: number, after: number, lasts: number) => {
    const from = at('2026-09-07 00:00') + begins * HOUR_MS;
    const due = limitEnd(from, '5wd');
    const pause = { from: Math.min(due - 1, from + after * HOUR_MS), until: from + (after + lasts) * HOUR_MS };
    const end = dayOf(delayedEnd(due, pause, '5wd'));
    const days = Array.from({ length: 120 }, (_, i) => dayOf(from + (i + 1) * DAY_MS));
    const [stops, goesOn] = [dayOf(pause.from), dayOf(pause.until)];
    const runs = days.filter((day) => isWorkingDay(day) && day <= end && (day <= stops || day > goesOn));
    expect(isWorkingDay(end)).toBe(true);
    expect(runs.length).toBeGreaterThanOrEqual(5);
  };
  const hours = fc.integer({ min: 0, max: 300 });
  fc.assert(fc.property(fc.integer({ min: 0, max: 1000 }), hours, hours, check));
});

describe('a case in progress', () => {
  test('runs both clocks until the danger is contained', () => {
    expect(clocksOf(CASE).map((clock) => [clock.for, clock.due])).toEqual([
      ['contain', at('2026-11-23 14:00')],
      ['cure', at('2026-11-24 10:00')],
    ]);
    expect(clocksOf({ ...CASE, contained: FROM }).map((clock) => clock.for)).toEqual(['cure']);
  });

  test('is amber from 80 % of its time on, and red after the deadline', () => {
    const [contain] = clocksOf(CASE);
    if (!contain) throw new Error('no clock');
    const stages = ['13:11', '13:12', '13:59', '14:00'].map((time) => stageOf(contain, at(`2026-11-23 ${time}`)));
    expect(stages).toEqual(['green', 'amber', 'amber', 'red']);
  });

  test('comes under supervision one and five working days after the deadline', () => {
    const marks = marksOf({ ...CASE, contained: FROM });
    expect(marks.map((mark) => [mark.what, mark.at])).toEqual([
      ['amber', at('2026-11-24 05:12')],
      ['red', at('2026-11-24 10:00')],
      ['supervise', at('2026-11-25 17:00')],
      ['list', at('2026-12-01 17:00')],
    ]);
    const told = marks.slice(0, 2).map(({ key }) => key);
    expect(marksOf({ ...CASE, contained: FROM, told }).map(({ what }) => what)).toEqual(['supervise', 'list']);
  });

  test('does not count shelved time, and takes an extension as its new deadline', () => {
    expect(cureDue({ ...CASE, frozenMs: 3600_000 })).toBe(at('2026-11-24 11:00'));
    expect(cureDue({ ...CASE, extended: { until: at('2026-11-30 17:00'), times: 1 } })).toBe(at('2026-11-30 17:00'));
  });

  test.each([
    ['3d 2h', '2026-11-30 17:00'],
    ['2d 17h', '2026-11-30 17:00'],
    ['1d', '2026-11-27 17:00'],
    ['1h', '2026-11-27 17:00'],
    ['0h', '2026-11-26 17:00'],
  ])('in working days that was shelved for %s ends when offices close', (shelved, due) => {
    const [days, hours] = [/(\d+)d/, /(\d+)h/].map((unit) => Number(unit.exec(shelved)?.[1] ?? 0));
    const frozenMs = ((days ?? 0) * 24 + (hours ?? 0)) * 3600_000;
    const clock = { from: at('2026-11-23 10:00'), cure: '3wd' } as const;
    expect(cureDue({ ...CASE, clock, frozenMs })).toBe(at(due));
  });

  test('that is urgent must be accepted within 15 minutes, day and night', () => {
    const night = at('2026-11-28 02:00');
    const [clock] = clocksOf({ ...CASE, state: 'submitted', since: night, urgent: true });
    expect(clock).toMatchObject({ for: 'accept', due: at('2026-11-28 02:15') });
    expect(clocksOf({ ...CASE, state: 'submitted', since: night })[0]?.due).toBe(at('2026-11-30 11:00'));
  });
});
