import type { CaseNumber } from '../../cases/case-number.ts';
import { cureDue } from '../../cases/deadlines.ts';
import type { CaseWithEvents, FigureName } from '../../cases/figures/figures.ts';
import { figuresOf } from '../../cases/figures/figures.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { isOpen } from '../../cases/hazard-case.ts';

/** Matters of letters: 返工 超期处置 超期管控 复发 逾期未结 受理超时. */
export const MATTERS = ['rework', 'late_cure', 'late_contain', 'recurred', 'overdue', 'late_accept'] as const;
export type Matter = (typeof MATTERS)[number];

type MatterRule = {
  /** The figure whose rows are counted; the failed ones lie in its numerator or in the rest. */
  readonly figure?: FigureName;
  readonly failed?: 'numerator' | 'rest';
  /** The measure: at most this share of the rows since the letter fails. */
  readonly atMost?: number;
  readonly for: 'unit' | 'desk';
};

/** The rule of each matter. Without a figure, the rows are open cases past their cure deadline. */
export const MATTER_RULES: Readonly<Record<Matter, MatterRule>> = {
  rework: { figure: 'rework', failed: 'numerator', atMost: 0.1, for: 'unit' },
  late_cure: { figure: 'cured_in_time', failed: 'rest', atMost: 0.2, for: 'unit' },
  late_contain: { figure: 'contained_in_time', failed: 'rest', atMost: 0.1, for: 'unit' },
  recurred: { figure: 'recurred', failed: 'numerator', atMost: 0.1, for: 'unit' },
  overdue: { for: 'unit' },
  late_accept: { figure: 'accepted_in_time', failed: 'rest', atMost: 0.1, for: 'desk' },
};

/** Rows of a matter: the failed ones among all that count. */
export type MatterRows = { readonly failed: readonly CaseNumber[]; readonly all: readonly CaseNumber[] };

/** Finds the rows of a matter among the cases of an addressee at a time (ms since the epoch). */
export function rowsOf(matter: Matter, cases: readonly CaseWithEvents[], now: number): MatterRows {
  const { figure, failed } = MATTER_RULES[matter];
  if (figure === undefined) {
    const open = cases.map(({ record }) => record).filter(isOpen);
    const late = open.filter((record) => (cureDue(record) ?? now) < now);
    return { failed: late.map(({ number }) => number), all: open.map(({ number }) => number) };
  }
  const found = figuresOf(cases, now).find(({ name }) => name === figure);
  const { denominator = [], numerator = [] } = found ?? {};
  const inPart = new Set(numerator);
  const rest = denominator.filter((number) => !inPart.has(number));
  return { failed: failed === 'numerator' ? numerator : rest, all: denominator };
}

/** True if the rows miss the measure of the matter: without that, a letter would ask for what is done already. */
export function missesMeasure(matter: Matter, { failed, all }: MatterRows): boolean {
  return failed.length > (MATTER_RULES[matter].atMost ?? 0) * all.length;
}

/** Rows that a share needs: a smaller number proves neither success nor failure. */
export const ROWS_NEEDED = 5;

/** The result of a measure. `too_few`: fewer rows than `ROWS_NEEDED` so far. */
export type Measured = {
  readonly result: 'met' | 'not_met' | 'too_few';
  readonly failed: number;
  readonly of: number;
};

/**
 * Evaluates the measure of a letter on rows. A share counts the cases filed since the letter was sent. For overdue cases,
 * all rows of the letter must have ended; a row whose case was deleted counts as ended.
 */
export function measureOf(
  matter: Matter,
  rows: readonly CaseNumber[],
  {
    since,
    own,
    now,
  }: { readonly since: readonly CaseWithEvents[]; readonly own: readonly CaseWithEvents[]; readonly now: number },
): Measured {
  const { atMost } = MATTER_RULES[matter];
  if (atMost === undefined) {
    const open = own.filter(({ record }) => rows.includes(record.number) && goesOn(record, own)).length;
    return { result: open === 0 ? 'met' : 'not_met', failed: open, of: rows.length };
  }
  const { failed, all } = rowsOf(matter, since, now);
  const counts = { failed: failed.length, of: all.length };
  if (all.length < ROWS_NEEDED) return { result: 'too_few', ...counts };
  return { result: failed.length / all.length <= atMost ? 'met' : 'not_met', ...counts };
}

/** True for an open case, and for one that was joined to an open case of the same addressee. */
function goesOn({ state, mergedInto }: HazardCase, own: readonly CaseWithEvents[]): boolean {
  if (state !== 'merged') return isOpen({ state });
  const into = own.find(({ record }) => record.id === mergedInto);
  return into !== undefined && goesOn(into.record, own);
}
