import { expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/calendar.ts';
import type { Shift } from '../../../src/inspections/roster/shift.ts';
import { plannedShifts } from '../../../src/inspections/roster/shift.ts';
import { changeShift, isBusy, nextShiftStep, shiftDeeds } from '../../../src/inspections/roster/shift-rules.ts';
import { drawCall, isAnswered } from '../../../src/inspections/roster/test-call.ts';
import { randomFrom } from '../../../src/random.ts';

const NOW = Date.parse('2026-09-29T10:00:00+08:00');
const shift = (over: Partial<Shift> = {}): Shift => ({
  id: 'shift_00000000',
  place: 'desk',
  region: 'desk',
  from: NOW + HOUR_MS,
  until: NOW + 13 * HOUR_MS,
  ...over,
});
const holder = { me: 'a', mayHold: true, mayPlan: false };
const colleague = { me: 'b', mayHold: true, mayPlan: false };

test('a holiday has two people on duty, an ordinary day as many as planned', () => {
  const planned = plannedShifts({
    place: 'desk',
    region: 'desk',
    day: '2026-09-30',
    days: 2,
    hours: 'night',
    people: 1,
  });
  expect(planned.map(({ from }) => new Date(from).toISOString())).toEqual([
    '2026-09-30T12:00:00.000Z',
    '2026-10-01T12:00:00.000Z',
    '2026-10-01T12:00:00.000Z',
  ]);
  expect(new Set(planned.map(({ id }) => id)).size).toBe(3);
  const newYear = plannedShifts({
    ...{ place: 'desk', region: 'desk', day: '2027-01-01' },
    days: 1,
    hours: 'day',
    people: 1,
  });
  expect(newYear).toHaveLength(2);
  expect(planned[0]?.until).toBe((planned[0]?.from ?? 0) + 12 * HOUR_MS);
});

test('a swap needs both: the holder asks, a colleague takes over; until then the shift stays the holder’s', () => {
  const mine = shift({ taken: 'a' });
  expect(shiftDeeds(mine, colleague, NOW)).toEqual([]);
  const asked = changeShift(mine, 'swap_asked', 'a');
  expect(asked).toMatchObject({ taken: 'a', swapAsked: true });
  expect(shiftDeeds(asked, holder, NOW)).toEqual(['swap_kept', 'handed_back']);
  expect(shiftDeeds(asked, colleague, NOW)).toEqual(['swapped']);
  expect(shiftDeeds(asked, { ...colleague, mayHold: false }, NOW)).toEqual([]);
  const swapped = changeShift(asked, 'swapped', 'b');
  expect(swapped.taken).toBe('b');
  expect(swapped.swapAsked).toBeUndefined();
});

test('what is possible follows from the time and the person', () => {
  expect(shiftDeeds(shift(), colleague, NOW)).toEqual(['taken']);
  expect(shiftDeeds(shift(), { me: 'l', mayHold: true, mayPlan: true }, NOW)).toEqual(['taken', 'cancelled']);
  expect(shiftDeeds(shift({ taken: 'a' }), holder, NOW + 2 * HOUR_MS)).toEqual(['note_written', 'swap_asked']);
  expect(shiftDeeds(shift({ taken: 'a' }), holder, NOW + 18 * HOUR_MS)).toEqual(['note_written']);
  expect(shiftDeeds(shift({ taken: 'a' }), holder, NOW + 20 * HOUR_MS)).toEqual([]);
  expect(isBusy(shift({ id: 'shift_00000001' }), [shift({ taken: 'a' })])).toBe(true);
  expect(isBusy(shift(), [shift()])).toBe(false);
});

test('the clock tells a gap a day before, the start half an hour before, the end at the end', () => {
  const one = shift();
  expect(nextShiftStep(one)).toEqual({ step: 'gap', at: one.from - 24 * HOUR_MS });
  expect(nextShiftStep({ ...one, told: ['gap'] })).toEqual({ step: 'start', at: one.from - HOUR_MS / 2 });
  expect(nextShiftStep({ ...one, told: ['gap', 'start'] })).toEqual({ step: 'end', at: one.until });
  expect(nextShiftStep({ ...one, told: ['gap', 'start', 'end'] })).toBeUndefined();
});

test('a test call falls on any minute of the shifts that are left in the week, and on no other', () => {
  const random = randomFrom(1);
  const shifts = [
    shift({ from: NOW - HOUR_MS, until: NOW + HOUR_MS }),
    shift({ id: 'shift_00000001', from: NOW + 5 * HOUR_MS, until: NOW + 8 * HOUR_MS }),
  ];
  const calls = Array.from({ length: 400 }, () =>
    drawCall(shifts, NOW, '2026-09-28', (below) => Math.floor(random() * below)),
  );
  const first = calls.filter((call) => call?.shift === 'shift_00000000');
  expect(first.every((call) => (call?.at ?? 0) >= NOW && (call?.at ?? 0) < NOW + HOUR_MS)).toBe(true);
  // One of four hours lies in the first shift.
  expect(Math.abs(first.length - 100)).toBeLessThan(35);
  expect(drawCall([], NOW, '2026-09-28', () => 0)).toBeUndefined();
  const sent = { week: '2026-09-28', shift: 'shift_00000000', at: NOW, sentAt: NOW };
  expect([isAnswered(sent, NOW + 60_000), isAnswered(sent, NOW + 60_001)]).toEqual([true, false]);
});
