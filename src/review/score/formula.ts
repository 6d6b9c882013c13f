import type { IndicatorCode } from './indicator.ts';
import { INDICATORS, LESS_IS_BETTER } from './indicator.ts';
import type { Month } from './month.ts';

/** One term of the score: weight `w`, and goalposts: the share `a` earns nothing, the share `b` all. */
export type Term = { readonly code: IndicatorCode; readonly w: number; readonly a: number; readonly b: number };

/** A version of the formula. It counts from its month on, once two organisers agreed. */
export type Formula = {
  readonly version: number;
  readonly from: Month;
  readonly terms: readonly Term[];
  /** Pseudonyms of the organiser who proposed it and the one who agreed; absent in the founding version. */
  readonly by?: string;
  readonly agreedBy?: string;
};

/** The terms of version 1. A city changes them by a version of its own. */
export const DEFAULT_TERMS: readonly Term[] = [
  { code: 'contained_in_time', w: 8, a: 0.6, b: 1 },
  { code: 'cured_in_time', w: 9, a: 0.6, b: 0.98 },
  { code: 'confirmed_solved', w: 15, a: 0.3, b: 0.8 },
  { code: 'rework', w: 5, a: 0.3, b: 0.02 },
  { code: 'recurred', w: 6, a: 0.25, b: 0.02 },
  { code: 'long_overdue', w: 7, a: 0.4, b: 0 },
  { code: 'satisfied', w: 10, a: 0.6, b: 0.95 },
  { code: 'aware', w: 7.5, a: 0.3, b: 0.9 },
  { code: 'took_part', w: 7.5, a: 0.1, b: 0.6 },
  { code: 'inspection_passed', w: 9, a: 0.6, b: 0.98 },
  { code: 'inspection_done', w: 6, a: 0.5, b: 1 },
  { code: 'places_filled', w: 10, a: 0.4, b: 0.95 },
];

export const FIRST_FORMULA: Formula = { version: 1, from: '0000-01', terms: DEFAULT_TERMS };

/** Why a formula is refused. Each names its cure in `locales/`. */
export type FormulaFault =
  | { readonly type: 'sum'; readonly sum: number }
  | { readonly type: 'weight' | 'goalpost_range' | 'goalpost_reversed' | 'missing'; readonly code: IndicatorCode };

/** Weights are typed with at most this precision. */
const SUM = 100;
const ROUNDING = 1e-9;

/** Lists what is wrong with terms: weights sum to 100, goalposts lie in 0–1 and run the way of their indicator. */
export function formulaFaults(terms: readonly Term[]): readonly FormulaFault[] {
  const faults = INDICATORS.flatMap((code): readonly FormulaFault[] => {
    const term = terms.find((one) => one.code === code);
    if (!term) return [{ type: 'missing', code }];
    const { w, a, b } = term;
    const isShare = (value: number) => value >= 0 && value <= 1;
    return [
      ...(Number.isFinite(w) && w >= 0 && w <= SUM ? [] : [{ type: 'weight', code } as const]),
      ...(isShare(a) && isShare(b) && a !== b ? [] : [{ type: 'goalpost_range', code } as const]),
      ...(a > b === LESS_IS_BETTER.includes(code) || a === b ? [] : [{ type: 'goalpost_reversed', code } as const]),
    ];
  });
  const sum = terms.reduce((all, { w }) => all + w, 0);
  return Math.abs(sum - SUM) < ROUNDING ? faults : [...faults, { type: 'sum', sum: Number(sum.toFixed(4)) }];
}
