import type { CaseEvent } from '../case-event.ts';
import type { CaseNumber } from '../case-number.ts';
import type { Clock } from '../deadlines.ts';
import { clocksOf, cureDue } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';
import { isOpen } from '../hazard-case.ts';
import { replayEach } from '../replay.ts';

/** Ratios of case handling, with the names of 数字城管 综合评价. */
export const FIGURES = [
  'accepted_in_time',
  'sent_right',
  'contained_in_time',
  'cured_in_time',
  'closed_of_due',
  'confirmed_solved',
  'confirmed_of_asked',
  'rework',
  'extended',
  'shelved',
  'recurred',
] as const;
export type FigureName = (typeof FIGURES)[number];

/** A ratio as the case numbers in its denominator and numerator; never a bare percentage. */
export type Figure = {
  readonly name: FigureName;
  readonly denominator: readonly CaseNumber[];
  readonly numerator: readonly CaseNumber[];
};

/** A case record with its event log. `reachable`: its reporter can be asked in chat. */
export type CaseWithEvents = {
  readonly record: HazardCase;
  readonly events: readonly CaseEvent[];
  readonly reachable: boolean;
};

/**
 * Computes the figures of cases at a time (ms since the epoch) from events and the calendar (hazards.md §4.2).
 * A step that is still running and not late counts in no figure.
 */
export function figuresOf(cases: readonly CaseWithEvents[], now: number): readonly Figure[] {
  const judged = cases.map((one) => judge(one, now));
  return FIGURES.map((name) => {
    const counted = judged.filter(({ values }) => values[name] !== undefined);
    return {
      name,
      denominator: counted.map(({ number }) => number),
      numerator: counted.filter(({ values }) => values[name]).map(({ number }) => number),
    };
  });
}

/** The contribution of one case to each figure: true, false, or absent. */
type Judged = { readonly number: CaseNumber; readonly values: Readonly<Partial<Record<FigureName, boolean>>> };

function judge({ record, events, reachable }: CaseWithEvents, now: number): Judged {
  const has = (...types: readonly CaseEvent['type'][]) => events.some(({ type }) => types.includes(type));
  const log = { events, records: replayEach(events) };
  const accepted = inTime(log, ['accepted', 'rejected', 'look_ordered', 'merged'], 'accept', now);
  const contained = inTime(log, ['contained'], 'contain', now);
  const cured = inTime(log, ['handled'], 'cure', now) ?? (lateOnShelf(record) === undefined ? undefined : false);
  const due = cureDue(record);
  const isFiled = has('accepted') || events.some(({ type, to }) => type === 'overturned' && to === 'filed');
  const isClosed = record.state === 'closed';
  const counts = isOpen(record) || isClosed || record.state === 'closed_unsolved';
  const wasDue = counts && (isClosed || (due !== undefined && due <= now));
  return {
    number: record.number,
    values: {
      ...(accepted === undefined ? {} : { accepted_in_time: accepted }),
      ...(has('dispatched') ? { sent_right: !has('returned') } : {}),
      ...(contained === undefined ? {} : { contained_in_time: contained }),
      ...(cured === undefined ? {} : { cured_in_time: cured }),
      ...(isFiled && wasDue ? { closed_of_due: isClosed } : {}),
      // Closed is not solved: an unrated case counts in the denominator only.
      ...(isClosed ? { confirmed_solved: record.outcome === 'solved' } : {}),
      // Scores use this whole: a case without a resident to ask says nothing about the work.
      ...(isClosed && (reachable || has('rated')) ? { confirmed_of_asked: record.outcome === 'solved' } : {}),
      ...(has('check_passed', 'check_failed') ? { rework: has('check_failed') } : {}),
      ...(isFiled ? { extended: has('extended'), shelved: has('shelved'), recurred: record.recurs !== undefined } : {}),
    },
  };
}

/** The cure deadline (ms) that was over when a case was shelved: on the shelf it stays as late as it was. */
export function lateOnShelf(record: HazardCase): number | undefined {
  const due = cureDue(record);
  return record.state === 'shelved' && due !== undefined && due < record.since ? due : undefined;
}

/** True if the first of these events met its deadline; undefined if the clock never ran or still runs. */
function inTime(
  { events, records }: { readonly events: readonly CaseEvent[]; readonly records: readonly HazardCase[] },
  types: readonly CaseEvent['type'][],
  clock: Clock['for'],
  now: number,
): boolean | undefined {
  const at = events.findIndex(({ type }) => types.includes(type));
  const before = at < 0 ? records.at(-1) : records[at - 1];
  const running = before && clocksOf(before).find((one) => one.for === clock);
  if (!running) return undefined;
  const event = events[at];
  if (event) return event.at <= running.due;
  return now > running.due ? false : undefined;
}
