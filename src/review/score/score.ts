import { normalCdf } from '../../surveys/estimate/distributions.ts';
import { Z } from '../../surveys/estimate/intervals.ts';
import type { Term } from './formula.ts';
import type { IndicatorCode } from './indicator.ts';
import type { Shrunken } from './shrink.ts';

/** own: the region's own counts. prior: no data. withheld: the value of the region above stands in for a withheld one. */
export type CellStatus = 'own' | 'prior' | 'withheld';

/** What a score uses of one indicator in one region. */
export type ScoredCell = Shrunken & { readonly code: IndicatorCode; readonly status: CellStatus };

/** Points that one indicator costs. It is not named where the value is not the region's own. */
export type Loss = { readonly code: IndicatorCode; readonly points: number; readonly named: boolean };

/** A score of 0–100 points with its standard deviation. */
export type Score = {
  readonly score: number;
  readonly se: number;
  readonly lo: number;
  readonly hi: number;
  /** The indicator with the smallest earned share among those with own data: the sum hides it. */
  readonly weakest?: { readonly code: IndicatorCode; readonly u: number };
  /** By points, the most first; they add up to 100 − score. */
  readonly loss: readonly Loss[];
  /** The share of the weight that has no own data. */
  readonly priorShare: number;
};

/** A region with more of its weight from priors gets no score. */
export const PRIOR_SHARE_MAX = 0.4;

/** The earned share of a term: u = (θ̃ − a)/(b − a), inside 0 and 1. */
export function earned({ a, b }: Pick<Term, 'a' | 'b'>, theta: number): number {
  return Math.min(1, Math.max(0, (theta - a) / (b - a)));
}

/**
 * Adds up a score: 100 · Σwu/Σw, with SE² = Σ(100w/(Σw(b − a)))² · v over terms with 0 < u < 1. Goalposts are fixed, so no
 * score depends on another region's. Terms without a cell are left out.
 */
export function scoreOf(terms: readonly Term[], cells: readonly ScoredCell[]): Score {
  const parts = terms.flatMap((term) => {
    const cell = cells.find(({ code }) => code === term.code);
    return cell ? [{ ...term, ...cell, u: earned(term, cell.theta) }] : [];
  });
  const total = parts.reduce((all, { w }) => all + w, 0);
  const score = (100 * parts.reduce((all, { w, u }) => all + w * u, 0)) / total;
  const variance = parts.reduce(
    (all, { w, a, b, u, v }) => all + (u > 0 && u < 1 ? ((100 * w) / (total * (b - a))) ** 2 * v : 0),
    0,
  );
  const se = Math.sqrt(variance);
  const own = parts.filter(({ status, w }) => status === 'own' && w > 0);
  const [weakest] = own.toSorted((one, other) => one.u - other.u);
  return {
    score,
    se,
    lo: Math.max(0, score - Z * se),
    hi: Math.min(100, score + Z * se),
    ...(weakest ? { weakest: { code: weakest.code, u: weakest.u } } : {}),
    loss: parts
      .map(({ code, w, u, status }) => ({ code, points: (100 * w * (1 - u)) / total, named: status === 'own' }))
      .toSorted((one, other) => other.points - one.points),
    priorShare: 1 - own.reduce((all, { w }) => all + w, 0) / total,
  };
}

/** True if enough of the weight rests on the region's own data. */
export function hasScore({ priorShare }: Pick<Score, 'priorShare'>): boolean {
  return priorShare <= PRIOR_SHARE_MAX + 1e-9;
}

/** Two-sided p-value of the difference of two independent scores, and its z. */
export function differenceOf(
  one: Pick<Score, 'score' | 'se'>,
  other: Pick<Score, 'score' | 'se'>,
): { readonly z: number; readonly p: number } {
  const difference = one.score - other.score;
  // Scores whose terms all lie beyond their goalposts have no spread.
  const z = difference === 0 ? 0 : difference / Math.hypot(one.se, other.se);
  return { z, p: 2 * normalCdf(-Math.abs(z)) };
}
