import type { CaseIndicator } from '../cells/case-fact.ts';
import type { Month } from '../month.ts';

/** Rows of one street whose count a lead contests; an auditor decides while the month is open. */
export type RowObjection = {
  readonly id: string;
  readonly month: Month;
  readonly street: string;
  readonly code: CaseIndicator;
  /** Case numbers. */
  readonly rows: readonly string[];
  readonly why: string;
  /** Pseudonym of the lead. */
  readonly by: string;
  readonly at: number; // ms since the epoch
  readonly decision?: RowDecision;
};

/** An upheld objection takes its rows out of the indicator, from the whole and from the part. */
export type RowDecision = {
  readonly upheld: boolean;
  readonly why: string;
  readonly by: string;
  readonly at: number; // ms since the epoch
};

/** An auditor decides within this many working days. */
export const DECIDES_WITHIN = '5wd';
/** Rows of one objection. */
export const OBJECTED_ROWS_MAX = 20;

/** The rows that upheld objections take out, each as `<number> <indicator>`. */
export function excludedRows(objections: readonly RowObjection[]): ReadonlySet<string> {
  return new Set(
    objections
      .filter(({ decision }) => decision?.upheld)
      .flatMap(({ rows, code }) => rows.map((number) => `${number} ${code}`)),
  );
}
