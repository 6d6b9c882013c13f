import { CALENDAR_ENDS, knownHolidays, workingDayFrom } from '../../calendar.ts';
import type { Names } from '../../engine/step.ts';
import type { InspectionDraw } from '../draw/draw.ts';

/** 节前排查 as days: lists drafted, visits done, failures seen again, and the report after the holiday. */
export type HolidayPlan = {
  readonly holiday: Names;
  /** The first day off. */
  readonly day: string;
  readonly lists: string;
  readonly done: string;
  readonly revisit: string;
  readonly report: string;
};

/** New Year's Day is a holiday by law; the list of a year is published only weeks before it. */
const NEW_YEAR = {
  day: `${Number(CALENDAR_ENDS.slice(0, 4)) + 1}-01-01`,
  names: knownHolidays().find(({ day }) => day.endsWith('-01-01'))?.names ?? {},
};

/** The plan of a holiday: ten, three and one working day before its first day, and one after it. */
export function planOf(day: string, holiday: Names): HolidayPlan {
  return {
    holiday,
    day,
    lists: workingDayFrom(day, -10),
    done: workingDayFrom(day, -3),
    revisit: workingDayFrom(day, -1),
    report: workingDayFrom(day, 1),
  };
}

/** The plans that have begun on a day and whose report is at most a week old. */
export function plansOn(today: string): readonly HolidayPlan[] {
  return [...knownHolidays(), NEW_YEAR]
    .map(({ day, names }) => planOf(day, names))
    .filter(({ lists, report }) => lists <= today && today <= workingDayFrom(report, 5));
}

/** False for a draft whose days reach beyond the last known day of the calendar: it stays a draft. */
export function isPlanKnown({ before, until }: Pick<InspectionDraw, 'before' | 'until'>): boolean {
  if (!before) return true;
  return until <= CALENDAR_ENDS && planOf(before.day, before.holiday).report <= CALENDAR_ENDS;
}
