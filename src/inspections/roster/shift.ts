import { randomBytes } from 'node:crypto';
import { DAY_MS, dayOf, HOUR_MS, isHoliday, momentOf } from '../../calendar.ts';
import type { Role } from '../../people/role.ts';

export type ShiftId = `shift_${string}`;

/** One shift of the roster (值班表), at a desk (a region's id) or at premises. One person holds it. */
export type Shift = {
  readonly id: ShiftId;
  readonly place: string;
  /** The region whose organisers may hold it. */
  readonly region: string;
  readonly from: number; // ms since the epoch
  readonly until: number; // ms since the epoch
  /** Pseudonym of the organiser who holds it. */
  readonly taken?: string;
  /** The holder looks for a colleague who takes it over. */
  readonly swapAsked?: true;
  /** What the next shift should know. It names no person. */
  readonly note?: string;
  /** Steps of the clock that are done. */
  readonly told?: readonly ShiftStep[];
};

/** Timed steps: a gap is told a day before, the start half an hour before, the hand-over at the end. */
export const SHIFT_STEPS = ['gap', 'start', 'end'] as const;
export type ShiftStep = (typeof SHIFT_STEPS)[number];

/** Roles that hold shifts, and roles that plan them. */
export const MAY_HOLD_SHIFTS: readonly Role[] = ['dispatcher', 'grid_worker', 'lead', 'office'];
export const MAY_PLAN_SHIFTS: readonly Role[] = ['lead', 'office'];

/** Hours of a shift: by day, by night, around the clock. */
export const SHIFT_HOURS = ['day', 'night', 'whole'] as const;
export type ShiftHours = (typeof SHIFT_HOURS)[number];
const BEGINS: Readonly<Record<ShiftHours, string>> = { day: '08:00', night: '20:00', whole: '08:00' };
const LASTS_MS: Readonly<Record<ShiftHours, number>> = { day: 12 * HOUR_MS, night: 12 * HOUR_MS, whole: 24 * HOUR_MS };

/** On public holidays two people are on duty. */
const HOLIDAY_PEOPLE = 2;

/** Makes a random shift id. */
export function newShiftId(): ShiftId {
  return `shift_${randomBytes(6).toString('base64url').replaceAll('-', 'x')}`;
}

type Plan = {
  readonly place: string;
  readonly region: string;
  /** First day (2026-10-01), and the number of days. */
  readonly day: string;
  readonly days: number;
  readonly hours: ShiftHours;
  readonly people: number;
};

/** Makes the shifts of a plan, one for each person; a holiday has two at least. */
export function plannedShifts({ place, region, day, days, hours, people }: Plan): readonly Shift[] {
  return Array.from({ length: days }, (_, i) => {
    const from = momentOf(`${day}T${BEGINS[hours]}`) + i * DAY_MS;
    const wanted = isHoliday(dayOf(from)) ? Math.max(people, HOLIDAY_PEOPLE) : people;
    return Array.from({ length: wanted }, (): Shift => {
      return { id: newShiftId(), place, region, from, until: from + LASTS_MS[hours] };
    });
  }).flat();
}
