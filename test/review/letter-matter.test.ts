import { expect, test } from 'vitest';
import { DAY_MS, momentOf } from '../../src/calendar.ts';
import { measureOf, missesMeasure, rowsOf } from '../../src/review/letters/matter.ts';
import { madeCase, wishes, withEvents } from './made-cases.ts';

const NOW = momentOf('2026-11-20T10:00');
const FROM = NOW - 25 * DAY_MS;
const made = (rework: number, passed: number, first = 0) =>
  wishes(first, { rework, passed }, FROM).map((wish) => withEvents(madeCase(wish, NOW)));

test('rework counts the cases that failed a check among all that were checked', () => {
  const { failed, all } = rowsOf('rework', made(6, 14), NOW);
  expect([failed.length, all.length]).toEqual([6, 20]);
  expect(all).toEqual(expect.arrayContaining([...failed]));
});

test('a letter is offered only where the measure is missed', () => {
  expect(missesMeasure('rework', rowsOf('rework', made(2, 18), NOW))).toBe(false);
  expect(missesMeasure('rework', rowsOf('rework', made(3, 17), NOW))).toBe(true);
  expect(missesMeasure('overdue', { failed: [], all: ['K7Q4M2XR'] })).toBe(false);
});

test('overdue counts open cases past their cure deadline; one that ended is no row', () => {
  const open = withEvents(madeCase({ n: 90, rework: false, filedAt: FROM, open: true }, FROM + DAY_MS));
  const { failed, all } = rowsOf('overdue', [open, ...made(0, 3)], NOW);
  expect([failed, all]).toEqual([[open.record.number], [open.record.number]]);
  expect(rowsOf('overdue', [open], FROM + DAY_MS).failed).toEqual([]);
});

test.each([
  { rework: 0, passed: 4, result: 'too_few' },
  { rework: 0, passed: 5, result: 'met' },
  { rework: 1, passed: 9, result: 'met' },
  { rework: 1, passed: 8, result: 'not_met' },
  { rework: 3, passed: 2, result: 'not_met' },
])('of the cases since the letter, $rework failed and $passed passed: $result', ({ rework, passed, result }) => {
  const since = made(rework, passed);
  expect(measureOf('rework', [], { since, own: since, now: NOW })).toEqual({
    result,
    failed: rework,
    of: rework + passed,
  });
});

test('one more case that is done well never turns a met measure into one that is not met', () => {
  for (let rework = 0; rework < 4; rework += 1) {
    for (let passed = 5; passed < 40; passed += 7) {
      const [before, after] = [made(rework, passed), made(rework, passed + 1)].map((since) =>
        measureOf('rework', [], { since, own: since, now: NOW }),
      );
      if (before?.result === 'met') expect(after?.result).toBe('met');
    }
  }
});

test('a letter about overdue cases is met once each of its rows has ended', () => {
  const open = withEvents(madeCase({ n: 90, rework: false, filedAt: FROM, open: true }, FROM + DAY_MS));
  const ended = withEvents(madeCase({ n: 91, rework: false, filedAt: FROM }, NOW));
  const rows = [open.record.number, ended.record.number];
  const measure = (own: Parameters<typeof measureOf>[2]['own']) =>
    measureOf('overdue', rows, { own, since: [], now: NOW });
  expect(measure([open, ended])).toEqual({ result: 'not_met', failed: 1, of: 2 });
  expect(measure([ended])).toEqual({ result: 'met', failed: 0, of: 2 });
  // Joined to another case of the addressee, a row goes on there; with someone else, it is their matter no more.
  const other = withEvents(madeCase({ n: 92, rework: false, filedAt: FROM, open: true }, FROM + DAY_MS));
  const joined = { ...open, record: { ...open.record, state: 'merged', mergedInto: other.record.id } as const };
  expect(measure([joined, other, ended])).toEqual({ result: 'not_met', failed: 1, of: 2 });
  expect(measure([joined, ended])).toEqual({ result: 'met', failed: 0, of: 2 });
});
