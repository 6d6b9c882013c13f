import { expect, test } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS, momentOf } from '../../src/calendar.ts';
import { rowsByDay } from '../../src/console/web/lists/rows-by-day.ts';

const NOW = momentOf('2026-12-01T10:00');
const row = (id: string, from: number, hours = 2) => ({ id, from, until: from + hours * HOUR_MS });

test('a list by day begins with what goes on and comes next; what is over follows, the latest first', () => {
  const rows = [
    row('a month ago', NOW - 27 * DAY_MS),
    row('yesterday', NOW - DAY_MS),
    row('this morning', NOW - 3 * HOUR_MS),
    row('now', NOW - HOUR_MS),
    row('over this minute', NOW - 2 * HOUR_MS),
    row('tomorrow', NOW + DAY_MS),
    row('tonight', NOW + 8 * HOUR_MS),
  ];
  const { ahead, past } = rowsByDay(rows, NOW, dayOf);
  const named = (days: typeof ahead) => days.map(({ day, rows: own }) => [day, ...own.map(({ id }) => id)]);
  expect(named(ahead)).toEqual([
    ['2026-12-01', 'now', 'tonight'],
    ['2026-12-02', 'tomorrow'],
  ]);
  expect(named(past)).toEqual([
    ['2026-12-01', 'over this minute', 'this morning'],
    ['2026-11-30', 'yesterday'],
    ['2026-11-04', 'a month ago'],
  ]);
});

test('a day without rows has no heading', () => {
  expect(rowsByDay([], NOW, dayOf)).toEqual({ ahead: [], past: [] });
});
