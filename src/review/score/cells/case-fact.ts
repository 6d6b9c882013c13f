import type { CaseEvent } from '../../../cases/case-event.ts';
import type { CaseNumber } from '../../../cases/case-number.ts';
import { clocksOf } from '../../../cases/deadlines.ts';
import type { CaseWithEvents, FigureName } from '../../../cases/figures/figures.ts';
import { figuresOf, lateOnShelf } from '../../../cases/figures/figures.ts';
import { isOpen } from '../../../cases/hazard-case.ts';
import type { IndicatorCode } from '../indicator.ts';
import type { Confirmation } from '../rating-bursts.ts';
import { SLOT_MS } from '../rating-bursts.ts';

/** Indicators that come from the figures of cases, each with its figure. */
const FIGURE_OF = {
  contained_in_time: 'contained_in_time',
  cured_in_time: 'cured_in_time',
  confirmed_solved: 'confirmed_of_asked',
  rework: 'rework',
  recurred: 'recurred',
} as const satisfies Partial<Record<IndicatorCode, FigureName>>;

/** The case indicators, in the order of the verdicts of a row. */
export const CASE_INDICATORS = [
  'contained_in_time',
  'cured_in_time',
  'confirmed_solved',
  'rework',
  'recurred',
  'long_overdue',
] as const satisfies readonly IndicatorCode[];
export type CaseIndicator = (typeof CASE_INDICATORS)[number];

/** What one case tells the score. It names no person, and no place finer than a community. */
export type CaseFact = {
  readonly number: CaseNumber;
  /** The community, else the region of the desk; '' outside all regions. */
  readonly region: string;
  readonly filedAt: number; // ms since the epoch
  /** One sign for each figure: 1 in the part, 0 in the whole only, - in neither so far. */
  readonly verdicts: string;
  /** Deadlines of clocks without a verdict, ms since the epoch: after them the verdict is 0. */
  readonly due: { readonly contained_in_time?: number; readonly cured_in_time?: number };
  /** An open case: the earliest deadline of its staff, 0 without one. */
  readonly openDue?: number;
  /** Why it was rejected. */
  readonly rejected?: string;
  /** The lead unit. */
  readonly unit?: string;
  /** The last “solved” of a resident. */
  readonly solved?: Confirmation;
};

/** Clocks that wait for a resident, not for staff. */
const RESIDENTS_CLOCKS: readonly string[] = ['rate', 'answer', 'review'];

/** Judges a case at a time (ms since the epoch), with the same figures as the workbench. */
export function factOf(whole: CaseWithEvents, now: number): CaseFact {
  const { record, events } = whole;
  const figures = figuresOf([whole], now);
  const verdictOf = (name: FigureName) => {
    const figure = figures.find((one) => one.name === name);
    if (!figure || figure.denominator.length === 0) return '-';
    return figure.numerator.length > 0 ? '1' : '0';
  };
  const verdicts = Object.values(FIGURE_OF).map(verdictOf).join('');
  const clocks = clocksOf(record);
  const contain = clocks.find((clock) => clock.for === 'contain')?.due;
  const cure = clocks.find((clock) => clock.for === 'cure')?.due;
  const staff = clocks.filter((clock) => !RESIDENTS_CLOCKS.includes(clock.for)).map(({ due }) => due);
  const solved = confirmationIn(events);
  const reason = record.state === 'rejected' ? events.findLast(({ type }) => type === 'rejected')?.reason : undefined;
  return {
    number: record.number,
    region: record.community ?? record.desk ?? '',
    filedAt: record.filedAt,
    verdicts,
    due: {
      ...(verdicts[0] === '-' && contain !== undefined ? { contained_in_time: contain } : {}),
      ...(verdicts[1] === '-' && cure !== undefined ? { cured_in_time: cure } : {}),
    },
    ...(isOpen(record) ? { openDue: staff.length > 0 ? Math.min(...staff) : (lateOnShelf(record) ?? 0) } : {}),
    ...(reason ? { rejected: reason } : {}),
    ...(record.unit === undefined ? {} : { unit: record.unit }),
    ...(solved ? { solved } : {}),
  };
}

/** The last “solved” and the check before it, which brought the question. */
function confirmationIn(events: readonly CaseEvent[]): Confirmation | undefined {
  const nth = events.findLastIndex(({ type, rating }) => type === 'rated' && rating === 'solved');
  const check = events.slice(0, Math.max(0, nth)).findLast(({ type }) => type === 'check_passed');
  const slotOf = ({ at }: CaseEvent) => Math.floor(at / SLOT_MS);
  return check && events[nth] && { asked: slotOf(check), said: slotOf(events[nth]) };
}

/** Writes a fact as one line: a month has some hundred thousand. */
export function writeFact(fact: CaseFact): string {
  const { number, region, filedAt, verdicts, due, openDue, rejected, unit, solved } = fact;
  const { contained_in_time: contain = 0, cured_in_time: cure = 0 } = due;
  const signs = solved ? `${verdicts}@${solved.asked}@${solved.said}` : verdicts;
  return [number, region || '-', filedAt, signs, contain, cure, openDue ?? '-', rejected ?? '-', unit ?? '-'].join(' ');
}

/** Reads a line of `writeFact`. */
export function readFact(line: string): CaseFact {
  const [number = '', region = '', filedAt, signs = '', contain, cure, openDue, rejected = '-', ...unit] =
    line.split(' ');
  const lead = unit.join(' ');
  const [containDue, cureDue] = [Number(contain), Number(cure)];
  // Lines of an older release have no confirmation.
  const [verdicts = '', asked, said] = signs.split('@');
  return {
    number: number as CaseNumber, // written by writeFact
    region: region === '-' ? '' : region,
    filedAt: Number(filedAt),
    verdicts,
    due: {
      ...(containDue > 0 ? { contained_in_time: containDue } : {}),
      ...(cureDue > 0 ? { cured_in_time: cureDue } : {}),
    },
    ...(openDue === '-' ? {} : { openDue: Number(openDue) }),
    ...(rejected === '-' ? {} : { rejected }),
    ...(lead === '-' || lead === '' ? {} : { unit: lead }),
    ...(asked === undefined ? {} : { solved: { asked: Number(asked), said: Number(said) } }),
  };
}

/** True if the case was accepted: its recurrence has a verdict. */
export function isAccepted({ verdicts }: CaseFact): boolean {
  return (verdicts[CASE_INDICATORS.indexOf('recurred')] ?? '-') !== '-';
}

/** True if the case was checked after its cure, and no check failed. */
export function passedCheck({ verdicts }: CaseFact): boolean {
  return verdicts[CASE_INDICATORS.indexOf('rework')] === '0';
}

/** The verdicts of a row at a time (ms): a clock that ran out counts as late. The last sign is that of the open stock. */
export function verdictsAt({ verdicts, due, openDue }: CaseFact, at: number, isLong: (due: number) => boolean): string {
  const late = (sign: string | undefined, clock: number | undefined) =>
    sign === '-' && clock !== undefined && clock < at ? '0' : (sign ?? '-');
  const stock = openDue === undefined ? '-' : openDue > 0 && isLong(openDue) ? '1' : '0';
  return late(verdicts[0], due.contained_in_time) + late(verdicts[1], due.cured_in_time) + verdicts.slice(2) + stock;
}
