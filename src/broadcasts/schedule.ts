import { parse, validate } from 'node-cron';
import { DAY_MS, holidayStarts, isWorkingDay } from '../calendar.ts';

/** What becomes of slots that passed while nobody was there: none, the last of them, or all. */
export const MISFIRES = ['skip', 'latest', 'all'] as const;
export type Misfire = (typeof MISFIRES)[number];

/** When a broadcast goes out. Times of day are the zone's, as HH:MM. */
export type Schedule =
  | { readonly type: 'once'; readonly at: number | 'now' }
  | ({ readonly type: 'cron'; readonly cron: string } & Repeats)
  /** So many days before (or, negative, after) each holiday of this name: 国庆节 */
  | ({
      readonly type: 'holiday';
      readonly holiday: string;
      readonly daysBefore: number;
      readonly time: string;
    } & Repeats)
  /** The first day of each month on which offices work. */
  | ({ readonly type: 'first_working_day'; readonly time: string } & Repeats);
type Repeats = {
  readonly zone: string;
  /** The last moment at which it may still go out, ms. */
  readonly until?: number;
  readonly misfire: Misfire;
};

/** How late a slot may still be caught up. */
export const WINDOW_MS = 15 * 60_000;
/** As many as may ever be caught up, with `all`. */
const CATCH_UP_MAX = 24;
/** How far ahead a next slot is looked for. */
const HORIZON_DAYS = 4 * 366;

/** The first slot after a moment (ms); undefined if there is none any more. */
export function nextSlot(schedule: Schedule, after: number): number | undefined {
  if (schedule.type === 'once') return schedule.at === 'now' || schedule.at <= after ? undefined : schedule.at;
  const slot = firstAfter(schedule, after);
  return slot !== undefined && (schedule.until === undefined || slot <= schedule.until) ? slot : undefined;
}

/**
 * Slots that are due at `now`, by what becomes of them, and the next one. The clock may have jumped: what lies beyond the
 * window is missed, never a burst.
 */
export function dueSlots(
  schedule: Schedule,
  next: number,
  now: number,
): { readonly fire: readonly number[]; readonly missed: readonly number[]; readonly next: number | undefined } {
  const due: number[] = [];
  let slot: number | undefined = next;
  while (slot !== undefined && slot <= now) {
    due.push(slot);
    slot = nextSlot(schedule, slot);
  }
  const misfire = schedule.type === 'once' ? 'latest' : schedule.misfire;
  const inTime = due.filter((one) => now - one <= WINDOW_MS);
  // A slot that is only just due is no misfire.
  const kept =
    misfire === 'all'
      ? inTime.slice(-CATCH_UP_MAX)
      : misfire === 'latest'
        ? inTime.slice(-1)
        : inTime.filter((one) => now - one <= 2000).slice(-1);
  return { fire: kept, missed: due.filter((one) => !kept.includes(one)), next: slot };
}

/** Whether an expression is one that we can follow: five fields, minutes the finest. */
export function isCron(expression: string): boolean {
  return expression.trim().split(/\s+/).length === 5 && validate(expression);
}

function firstAfter(schedule: Exclude<Schedule, { readonly type: 'once' }>, after: number): number | undefined {
  const { zone } = schedule;
  const times = timesOf(schedule);
  const fits = dayRule(schedule);
  const start = Date.parse(`${dayIn(zone, after)}T00:00:00Z`);
  for (let i = 0; i < HORIZON_DAYS; i += 1) {
    const day = new Date(start + i * DAY_MS).toISOString().slice(0, 10);
    if (!fits(day)) continue;
    for (const time of times) {
      const slot = momentOf(day, time, zone);
      if (slot > after) return slot;
    }
  }
  return undefined;
}

function timesOf(schedule: Exclude<Schedule, { readonly type: 'once' }>): readonly string[] {
  if (schedule.type !== 'cron') return [schedule.time];
  const { hour, minute } = parse(schedule.cron);
  const two = (n: number) => String(n).padStart(2, '0');
  return hour.flatMap((h) => minute.map((m) => `${two(h)}:${two(m)}`));
}

function dayRule(schedule: Exclude<Schedule, { readonly type: 'once' }>): (day: string) => boolean {
  switch (schedule.type) {
    case 'cron': {
      const { dayOfMonth, month, dayOfWeek } = parse(schedule.cron);
      return (day) => {
        const [, m = 0, d = 0] = day.split('-').map(Number);
        return (
          month.includes(m) && dayOfMonth.includes(d) && dayOfWeek.includes(new Date(`${day}T00:00:00Z`).getUTCDay())
        );
      };
    }
    case 'holiday': {
      const days = new Set(
        holidayStarts(schedule.holiday).map((start) =>
          new Date(Date.parse(start) - schedule.daysBefore * DAY_MS).toISOString().slice(0, 10),
        ),
      );
      return (day) => days.has(day);
    }
    case 'first_working_day':
      return (day) => {
        if (!isWorkingDay(day)) return false;
        const before = Array.from(
          { length: Number(day.slice(8)) - 1 },
          (_, i) => `${day.slice(0, 8)}${String(i + 1).padStart(2, '0')}`,
        );
        return !before.some(isWorkingDay);
      };
  }
}

function dayIn(zone: string, at: number): string {
  return formatFor(zone).format(at).slice(0, 10);
}

/** The moment (ms) at which a zone's clock shows this; the later one where it jumps over it, the first where it shows it twice. */
function momentOf(day: string, time: string, zone: string): number {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const offsetAt = (at: number) => Date.parse(`${formatFor(zone).format(at).replace(' ', 'T')}Z`) - at;
  const guesses = [wall - offsetAt(wall - DAY_MS), wall - offsetAt(wall + DAY_MS)].sort((a, b) => a - b);
  const shown = guesses.find((guess) => guess + offsetAt(guess) === wall);
  return shown ?? guesses.at(-1) ?? wall;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known) return known;
  // Swedish writes dates as ISO does.
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  FORMATS.set(zone, made);
  return made;
}
