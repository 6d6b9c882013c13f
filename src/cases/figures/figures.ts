import type { CaseEvent } from '../case-event.ts';
import { replay } from '../case-event.ts';
import type { CaseNumber } from '../case-number.ts';
import type { Clock } from '../deadlines.ts';
import { clocksOf, cureDue } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';
import { isOpen } from '../hazard-case.ts';

/** What is counted, in the field's own words (数字城管 综合评价): each is a part of a whole, and both can be looked up. */
export const FIGURES = [
  'accepted_in_time',
  'sent_right',
  'contained_in_time',
  'cured_in_time',
  'closed_of_due',
  'confirmed_solved',
  'rework',
  'extended',
  'shelved',
  'recurred',
] as const;
export type FigureName = (typeof FIGURES)[number];

/** One figure: the cases that count, and those of them for which it is so. Never a bare percentage. */
export type Figure = {
  readonly name: FigureName;
  readonly of: readonly CaseNumber[];
  readonly so: readonly CaseNumber[];
};

/** A case with everything that happened to it. */
export type WholeCase = { readonly record: HazardCase; readonly events: readonly CaseEvent[] };

/**
 * The figures of these cases at a moment (ms), computed from what happened and the calendar (hazards.md §4.2). What is still
 * running and not late yet counts nowhere: a figure tells of what had to be done.
 */
export function figuresOf(cases: readonly WholeCase[], now: number): readonly Figure[] {
  const told = cases.map((one) => judge(one, now));
  return FIGURES.map((name) => {
    const counted = told.filter(({ says }) => says[name] !== undefined);
    return {
      name,
      of: counted.map(({ number }) => number),
      so: counted.filter(({ says }) => says[name]).map(({ number }) => number),
    };
  });
}

/** What one case says of each figure: true, false, or nothing. */
type Judged = { readonly number: CaseNumber; readonly says: Readonly<Partial<Record<FigureName, boolean>>> };

function judge({ record, events }: WholeCase, now: number): Judged {
  const did = (...types: readonly CaseEvent['type'][]) => events.some(({ type }) => types.includes(type));
  const accepted = inTime(events, ['accepted', 'rejected', 'look_ordered', 'merged'], 'accept', now);
  const contained = inTime(events, ['contained'], 'contain', now);
  const cured = inTime(events, ['handled'], 'cure', now);
  const due = cureDue(record);
  const isClosed = record.state === 'closed';
  const counts = isOpen(record) || isClosed || record.state === 'closed_unsolved';
  const wasDue = counts && (isClosed || (due !== undefined && due <= now));
  return {
    number: record.number,
    says: {
      ...(accepted === undefined ? {} : { accepted_in_time: accepted }),
      ...(did('dispatched') ? { sent_right: !did('returned') } : {}),
      ...(contained === undefined ? {} : { contained_in_time: contained }),
      ...(cured === undefined ? {} : { cured_in_time: cured }),
      ...(did('accepted') && wasDue ? { closed_of_due: isClosed } : {}),
      // Closed is not solved, and silence is no yes: whoever said nothing counts in the whole and not in the part.
      ...(isClosed ? { confirmed_solved: record.outcome === 'solved' } : {}),
      ...(did('check_passed', 'check_failed') ? { rework: did('check_failed') } : {}),
      ...(did('accepted')
        ? { extended: did('extended'), shelved: did('shelved'), recurred: record.recurs !== undefined }
        : {}),
    },
  };
}

/** Whether the first of these events came before its clock was over; undefined while neither has happened, or it never ran. */
function inTime(
  events: readonly CaseEvent[],
  types: readonly CaseEvent['type'][],
  clock: Clock['for'],
  now: number,
): boolean | undefined {
  const at = events.findIndex(({ type }) => types.includes(type));
  const before = at < 0 ? events : events.slice(0, at);
  const running = clocksOf(replay(before)).find((one) => one.for === clock);
  if (!running) return undefined;
  const event = events[at];
  if (event) return event.at <= running.due;
  return now > running.due ? false : undefined;
}
