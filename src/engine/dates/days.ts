import { CHINA_AHEAD_MS, DAY_MS, lunarDate } from '../../calendar.ts';

/** A calendar day as days since 1970-01-01, so that adding days is adding numbers. */
export type Day = number;

/** Makes a day; undefined if it does not exist (31 April). `month` from 1. */
export function dayFrom(year: number, month: number, date: number): Day | undefined {
  const made = new Date(Date.UTC(year, month - 1, date));
  const exists = made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
  return exists && year >= 1900 && year <= 2199 ? made.getTime() / DAY_MS : undefined;
}

/** The day in China at a time, ms since the epoch. */
export const chinaDay = (at: number): Day => Math.floor((at + CHINA_AHEAD_MS) / DAY_MS);

const dateOf = (day: Day): Date => new Date(day * DAY_MS);
export const yearOf = (day: Day): number => dateOf(day).getUTCFullYear();
/** From 1. */
export const monthOf = (day: Day): number => dateOf(day).getUTCMonth() + 1;
/** From 1, Monday, to 7, Sunday: Chinese weeks begin on Monday. */
export const weekdayOf = (day: Day): number => ((day + 3) % 7) + 1;
/** 2026-12-05 */
export const isoOf = (day: Day): string => dateOf(day).toISOString().slice(0, 10);

/** The same date some months later; undefined if that month is too short. */
export function addMonths(day: Day, months: number): Day | undefined {
  const month = monthOf(day) - 1 + months;
  return dayFrom(yearOf(day) + Math.floor(month / 12), (((month % 12) + 12) % 12) + 1, dateOf(day).getUTCDate());
}

/** The last day of a month; `month` may pass 12. */
export const lastOfMonth = (year: number, month: number): Day => Date.UTC(year, month, 0) / DAY_MS;

/** A lunar year and a leap month, days. */
const LUNAR_SPAN = 400;

/** The next such day of the Chinese calendar from a day on; undefined if its month has no such date. */
export function nextLunar(from: Day, month: number, date: number): Day | undefined {
  for (let day = from; day < from + LUNAR_SPAN; day += 1) {
    const lunar = lunarDate(isoOf(day));
    if (!lunar.leap && lunar.month === month && lunar.date === date) return day;
  }
  return undefined;
}
