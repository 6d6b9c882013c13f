import { CALENDAR_ENDS, dayOf, limitEnd, momentOf } from '../../calendar.ts';

/** A month of the city's clock: 2026-09. */
export type Month = `${number}-${number}`;

/** The month of a time (ms since the epoch). */
export function monthOf(at: number): Month {
  return dayOf(at).slice(0, 7) as Month; // YYYY-MM
}

/** Reads a month as people and addresses write it; undefined for anything else. */
export function readMonth(text: unknown): Month | undefined {
  return typeof text === 'string' && /^20\d\d-(0[1-9]|1[0-2])$/.test(text) ? (text as Month) : undefined;
}

/** The month `by` months after another; negative numbers go back. */
export function addMonths(month: Month, by: number): Month {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const count = year * 12 + number - 1 + by;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}` as Month; // YYYY-MM
}

/** The first moment of a month, ms since the epoch. */
export function monthStart(month: Month): number {
  return momentOf(`${month}-01T00:00`);
}

/** The first moment after a month, ms since the epoch. */
export function monthEnd(month: Month): number {
  return monthStart(addMonths(month, 1));
}

/** The end of a working day after a month (ms), counted from 1; undefined beyond the last year whose holidays are known. */
export function workingDayAfter(month: Month, day: number): number | undefined {
  const due = limitEnd(monthEnd(month) - 1, `${day}wd`);
  return dayOf(due) > CALENDAR_ENDS ? undefined : due;
}

/** A month stays open for objections until this working day after it. */
export const FREEZES_ON_WORKING_DAY = 10;
