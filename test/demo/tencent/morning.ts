import { DAY_MS, dayOf, momentOf } from '../../../src/calendar.ts';

/** Seconds until nine of the next morning in China. A day's quota must not begin anew in the middle of a test. */
export function secondsToMorning(now: number): number {
  return Math.ceil((momentOf(`${dayOf(now + DAY_MS)}T09:00`) - now) / 1000);
}
