import table from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { onUse } from './on-use.ts';

/** A time limit: 45min and 2h by the clock, 4wh in office hours, 3wd in working days. */
export type Limit = `${number}${'min' | 'h' | 'wh' | 'wd'}`;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const CHINA_AHEAD_MS = 8 * HOUR_MS;
/** Office hours, China time. */
const OPENS_MS = 9 * HOUR_MS;
const CLOSES_MS = 17 * HOUR_MS;

/** Formats a time (ms) in China time: 2026-10-01T19:05:00. */
export function clockAt(at: number): string {
  return new Date(at + CHINA_AHEAD_MS).toISOString().slice(0, 19);
}

/** Parses a day and time in China time, 2026-10-01T19:05, to ms since the epoch. */
export function momentOf(clock: string): number {
  return Date.parse(`${clock}+08:00`);
}

/** The day of a time (ms) in China time: 2026-10-01. */
export function dayOf(at: number): string {
  const number = Math.floor((at + CHINA_AHEAD_MS) / DAY_MS);
  const known = DAYS.get(number);
  if (known) return known;
  if (DAYS.size >= DAYS_MAX) DAYS.clear();
  const day = clockAt(at).slice(0, 10);
  DAYS.set(number, day);
  return day;
}
/** A turn asks for the days of several limits; they are the same ones all day. */
const DAYS = new Map<number, string>();
const DAYS_MAX = 1000;

/** True on working days, with holidays and 调休 by the State Council notices that chinese-days lists. */
export function isWorkingDay(day: string): boolean {
  // The library's own function takes the weekday in the machine's zone.
  if (day in table.workdays) return true;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return !isHoliday(day) && weekday !== 0 && weekday !== 6;
}

/** Public holidays that the law fixes to a date; no notice moves them. */
const FIXED_HOLIDAYS: readonly string[] = ['01-01', '05-01', '05-02', '10-01', '10-02', '10-03'];

/** True on a known public holiday (法定节假日); an ordinary Sunday is none. Beyond the list only fixed ones are known. */
export function isHoliday(day: string): boolean {
  return day in table.holidays || (day > CALENDAR_ENDS && FIXED_HOLIDAYS.includes(day.slice(5)));
}

/** The first day of each known holiday of this name (国庆节). */
export function holidayStarts(name: string): readonly string[] {
  const all = Object.entries(table.holidays)
    .filter(([, named]) => named.split(',')[1] === name)
    .map(([day]) => day)
    .sort();
  return all.filter((day, i) => day.slice(0, 4) !== all[i - 1]?.slice(0, 4));
}

/** All known public holidays in their order: first day and name. A day in a row of days off is no start. */
export function knownHolidays(): readonly { readonly day: string; readonly names: Readonly<Record<string, string>> }[] {
  const all = Object.entries(table.holidays).sort(([a], [b]) => (a < b ? -1 : 1));
  return all.flatMap(([day, named], i) => {
    const [en = '', zh = ''] = named.split(',');
    const [before, namedBefore = ''] = all[i - 1] ?? [];
    const isNext = before !== undefined && Date.parse(day) - Date.parse(before) === DAY_MS;
    return isNext && namedBefore.split(',')[1] === zh ? [] : [{ day, names: { 'zh-CN': zh, en } }];
  });
}

/** The n-th working day after a day, or before it for a negative n: 2026-09-28 is three before 2026-10-01. */
export function workingDayFrom(day: string, n: number): string {
  let at = Date.parse(day);
  for (let left = Math.abs(n); left > 0; ) {
    at += Math.sign(n) * DAY_MS;
    if (isWorkingDay(new Date(at).toISOString().slice(0, 10))) left -= 1;
  }
  return new Date(at).toISOString().slice(0, 10);
}

/** A day of the Chinese calendar: month and date from 1. */
export type LunarDate = { readonly month: number; readonly date: number; readonly leap: boolean };

const library = onUse<Pick<typeof import('chinese-days'), 'getLunarDate'>>('chinese-days');

/** The Chinese date of a day. Intl's calendar is a day off where a new moon falls near midnight, as in February 2027. */
export function lunarDate(day: string): LunarDate {
  const { lunarMon, lunarDay, isLeap } = library().getLunarDate(day);
  return { month: lunarMon, date: lunarDay, leap: isLeap };
}

/** A span of hours of the day in China time, 0–23; it may cross midnight. */
export type Hours = { readonly from: number; readonly until: number };

/** Hours in which people get no announcements; `usual` holds until a person chooses. Surveys invite outside `surveys`. */
export const QUIET_HOURS = {
  usual: { from: 22, until: 7 },
  long: { from: 20, until: 9 },
  noon: { from: 12, until: 15 },
  surveys: { from: 21, until: 9 },
} as const satisfies Readonly<Record<string, Hours>>;

/** Time until these hours end, ms; 0 outside them. */
export function remainingMs({ from, until }: Hours, at: number): number {
  const intoDay = at - midnightBefore(at);
  const since = (intoDay - from * HOUR_MS + DAY_MS) % DAY_MS;
  const length = ((until - from + 24) % 24) * HOUR_MS;
  return Math.max(0, length - since);
}

/** The last day for which all holidays are known; after it weekdays count as working days, but for the fixed holidays. */
export const CALENDAR_ENDS = `${Object.keys(table.holidays).sort().at(-1)?.slice(0, 4)}-12-31`;

/** Holidays of the next year should be known this long before the list ends, ms. */
const CALENDAR_WARNING_MS = 60 * DAY_MS;

/** The last known day of the holiday list if it ends soon; undefined otherwise. */
export function calendarEndsSoon(now: number): string | undefined {
  return now < Date.parse(CALENDAR_ENDS) - CALENDAR_WARNING_MS ? undefined : CALENDAR_ENDS;
}

/** End of a limit that starts at `from`, both ms since the epoch. Working days end when offices close. */
export function limitEnd(from: number, limit: Limit): number {
  const amount = Number.parseFloat(limit);
  const unit = limit.replace(/^[\d.]+/, '');
  switch (unit) {
    case 'min':
      return from + amount * MINUTE_MS;
    case 'h':
      return from + amount * HOUR_MS;
    case 'wh':
      return afterOfficeHours(from, amount * HOUR_MS);
    default:
      return afterWorkingDays(from, amount);
  }
}

/** The end of a limit that stood still for this long: one in working days ends at the next closing time of offices. */
export function movedEnd(from: number, limit: Limit, stoodMs: number): number {
  const end = limitEnd(from, limit) + stoodMs;
  return stoodMs > 0 && limit.endsWith('wd') ? afterWorkingDays(end - CLOSES_MS - 1, 1) : end;
}

/** Halves a limit; working days are rounded up. */
export function halveLimit(limit: Limit): Limit {
  const amount = Number.parseFloat(limit) / 2;
  const unit = limit.replace(/^[\d.]+/, '') as 'min' | 'h' | 'wh' | 'wd'; // as the type says
  return `${unit === 'wd' ? Math.ceil(amount) : amount}${unit}`;
}

function afterWorkingDays(from: number, count: number): number {
  let midnight = midnightBefore(from);
  for (let left = count; left > 0; ) {
    midnight += DAY_MS;
    if (isWorkingDay(dayOf(midnight))) left -= 1;
  }
  return midnight + CLOSES_MS;
}

function afterOfficeHours(from: number, amountMs: number): number {
  let left = amountMs;
  let midnight = midnightBefore(from);
  for (let at = from; ; at = midnight) {
    const opens = Math.max(at, midnight + OPENS_MS);
    const open = isWorkingDay(dayOf(midnight)) ? Math.max(0, midnight + CLOSES_MS - opens) : 0;
    if (left <= open) return opens + left;
    left -= open;
    midnight += DAY_MS;
  }
}

/**
 * The end of a limit that stood still from `from` to `until`: what was left counts from `until`, in the unit of the limit. A limit
 * that was over stays over; of working days, one is left at least.
 */
export function delayedEnd(
  due: number,
  pause: { readonly from: number; readonly until: number },
  limit: Limit,
): number {
  const { from, until } = pause;
  if (due <= from) return due;
  if (limit.endsWith('wh')) return afterOfficeHours(until, officeMs(from, due));
  if (!limit.endsWith('wd')) return due + until - from;
  const left = workingDaysBetween(from, due);
  return left === 0 && until < due ? due : afterWorkingDays(until, Math.max(1, left));
}

/** Working days after the day of `from` up to the day of `due`. */
function workingDaysBetween(from: number, due: number): number {
  let count = 0;
  const last = midnightBefore(due);
  for (let day = midnightBefore(from) + DAY_MS; day <= last; day += DAY_MS) if (isWorkingDay(dayOf(day))) count += 1;
  return count;
}

/** Office time between two times, ms. */
function officeMs(from: number, until: number): number {
  let sum = 0;
  for (let midnight = midnightBefore(from); midnight < until; midnight += DAY_MS) {
    const open = Math.min(until, midnight + CLOSES_MS) - Math.max(from, midnight + OPENS_MS);
    if (isWorkingDay(dayOf(midnight))) sum += Math.max(0, open);
  }
  return sum;
}

/** The start of a time's day in China time, ms since the epoch. */
function midnightBefore(at: number): number {
  return Math.floor((at + CHINA_AHEAD_MS) / DAY_MS) * DAY_MS - CHINA_AHEAD_MS;
}
