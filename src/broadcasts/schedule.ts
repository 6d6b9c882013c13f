import { parse, validate } from 'node-cron';
import { DAY_MS, holidayStarts, isWorkingDay, MINUTE_MS } from '../calendar.ts';

/** Which missed slots are caught up after a downtime: none, the latest, or all. */
export const MISFIRES = ['skip', 'latest', 'all'] as const;
export type Misfire = (typeof MISFIRES)[number];

/** Times of a broadcast. Times of day are HH:MM in the schedule's zone. */
export type Schedule =
  | { readonly type: 'once'; readonly at: number | 'now' }
  | ({ readonly type: 'cron'; readonly cron: string } & Repeats)
  /** Days before (negative: after) each holiday of this name, such as 国庆节. */
  | ({
      readonly type: 'holiday';
      readonly holiday: string;
      readonly daysBefore: number;
      readonly time: string;
    } & Repeats)
  /** The first working day of each month. */
  | ({ readonly type: 'first_working_day'; readonly time: string } & Repeats);
type Repeats = {
  readonly zone: string;
  /** All slots lie before this, ms since the epoch: the midnight after the last day. */
  readonly until?: number;
  readonly misfire: Misfire;
};

/** Age up to which a missed slot is caught up, ms. */
export const MISFIRE_WINDOW_MS = 15 * MINUTE_MS;
/** Most slots caught up at once with `all`. */
const CATCH_UP_MAX = 24;
/** A slot this young is on time, not missed, ms. */
const JUST_DUE_MS = 2000;
/** Search range for the next slot; covers a leap day. */
const HORIZON_DAYS = 4 * 366;

/** The first slot after a time (ms since the epoch); undefined if there is none. */
export function nextSlot(schedule: Schedule, after: number): number | undefined {
  if (schedule.type === 'once') return schedule.at === 'now' || schedule.at <= after ? undefined : schedule.at;
  const slot = firstAfter(schedule, after);
  return slot !== undefined && (schedule.until === undefined || slot < schedule.until) ? slot : undefined;
}

/** The next slots after a time, at most `n`. */
export function nextSlots(schedule: Schedule, after: number, n: number): readonly number[] {
  const slots: number[] = [];
  for (let slot = nextSlot(schedule, after); slot !== undefined && slots.length < n; slot = nextSlot(schedule, slot))
    slots.push(slot);
  return slots;
}

/**
 * Splits the slots due at `now` into fired and missed ones. Finds the next one.
 * Slots older than the window are missed, so that a clock jump never causes a burst.
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
  const withinWindow = due.filter((one) => now - one <= MISFIRE_WINDOW_MS);
  // With `skip`, a slot that has just fallen due still fires.
  const kept =
    misfire === 'all'
      ? withinWindow.slice(-CATCH_UP_MAX)
      : misfire === 'latest'
        ? withinWindow.slice(-1)
        : withinWindow.filter((one) => now - one <= JUST_DUE_MS).slice(-1);
  return { fire: kept, missed: due.filter((one) => !kept.includes(one)), next: slot };
}

/** True for a valid cron expression of five fields; seconds are not supported. */
export function isCron(expression: string): boolean {
  if (expression.trim().split(/\s+/).length !== 5 || !validate(expression)) return false;
  // The library also accepts days such as L and 1#2, which the search for slots does not know.
  const { dayOfMonth, dayOfWeek } = parse(expression);
  return [...dayOfMonth, ...dayOfWeek].every((day) => typeof day === 'number');
}

/** True for a cron expression with one time a day. */
export function isDailyCron(expression: string): boolean {
  return isCron(expression) && cronFields(expression).times.length === 1;
}

/** True if a day can have more than one slot: people would mute a sender that repeats so often. */
export function repeatsWithinDay(schedule: Schedule): boolean {
  return schedule.type !== 'once' && timesOf(schedule).length > 1;
}

type CronFields = {
  readonly months: readonly number[];
  readonly days: readonly number[];
  readonly weekdays: readonly number[];
  readonly times: readonly string[];
};

/** Parsed expressions: the search for one card's slots needs the same fields a dozen times. */
const FIELDS = new Map<string, CronFields>();
const FIELDS_MAX = 100;

/** What a cron expression allows: months 1–12, days 1–31, weekdays 0–6 from Sunday, and times HH:MM, ascending. */
export function cronFields(expression: string): CronFields {
  const known = FIELDS.get(expression);
  if (known) return known;
  const { hour, minute, dayOfMonth, month, dayOfWeek } = parse(expression);
  const two = (n: number) => String(n).padStart(2, '0');
  const fields = {
    months: month.map(Number),
    days: dayOfMonth.map(Number),
    weekdays: dayOfWeek.map(Number),
    times: hour.flatMap((h) => minute.map((m) => `${two(h)}:${two(m)}`)).toSorted(),
  };
  if (FIELDS.size >= FIELDS_MAX) FIELDS.clear();
  FIELDS.set(expression, fields);
  return fields;
}

function firstAfter(schedule: Exclude<Schedule, { readonly type: 'once' }>, after: number): number | undefined {
  const { zone } = schedule;
  const times = timesOf(schedule);
  const fits = dayRule(schedule);
  const start = Date.parse(`${dayIn(zone, after)}T00:00:00Z`);
  for (let i = 0; i < HORIZON_DAYS; i += 1) {
    const date = new Date(start + i * DAY_MS);
    if (!fits(date)) continue;
    const day = isoDay(date);
    for (const time of times) {
      const slot = instantOf(day, time, zone);
      if (slot > after) return slot;
    }
  }
  return undefined;
}

function timesOf(schedule: Exclude<Schedule, { readonly type: 'once' }>): readonly string[] {
  return schedule.type === 'cron' ? cronFields(schedule.cron).times : [schedule.time];
}

function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** True for the days of a schedule, each given as its midnight in UTC. */
function dayRule(schedule: Exclude<Schedule, { readonly type: 'once' }>): (date: Date) => boolean {
  switch (schedule.type) {
    case 'cron': {
      const { months, days, weekdays } = cronFields(schedule.cron);
      return (date) =>
        months.includes(date.getUTCMonth() + 1) &&
        days.includes(date.getUTCDate()) &&
        weekdays.includes(date.getUTCDay());
    }
    case 'holiday': {
      const days = new Set(
        holidayStarts(schedule.holiday).map((start) => Date.parse(start) - schedule.daysBefore * DAY_MS),
      );
      return (date) => days.has(date.getTime());
    }
    case 'first_working_day':
      return (date) => {
        const day = isoDay(date);
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

/** Time (ms since the epoch) of a local time. A skipped local time becomes the later candidate; a repeated one the first. */
function instantOf(day: string, time: string, zone: string): number {
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
  // The Swedish locale writes ISO dates.
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  FORMATS.set(zone, made);
  return made;
}
