import { betaQuantile, normalQuantile } from './distributions.ts';

/** A share (0 to 1), or a difference of two (−1 to 1), with the bounds of its 95 % interval. */
export type Interval = { readonly p: number; readonly lo: number; readonly hi: number };

/** Probability outside the interval on each side. */
const TAIL = 0.025;
export const Z = normalQuantile(1 - TAIL);

/** Score interval of a share (Wilson 1927, JASA 22:209). `n` is the effective number of answers, not always whole. */
export function wilson(p: number, n: number, z = Z): Interval {
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  // At the ends the bounds are exactly 0 and 1, without rounding errors.
  return { p, lo: p === 0 ? 0 : (centre - half) / scale, hi: p === 1 ? 1 : (centre + half) / scale };
}

/**
 * Exact interval of a share with an effective number of answers (Korn & Graubard 1998, Survey Methodology 24:193). With the
 * plain number of answers it is the interval of Clopper and Pearson. R: svyciprop(method = "beta").
 */
export function kornGraubard(p: number, n: number): Interval {
  const x = p * n;
  return {
    p,
    lo: p === 0 ? 0 : betaQuantile(TAIL, x, n - x + 1),
    hi: p === 1 ? 1 : betaQuantile(1 - TAIL, x + 1, n - x),
  };
}

/** Difference `one − other` with the hybrid score interval (Newcombe 1998, Statist. Med. 17:873, method 10). */
export function newcombe(one: Interval, other: Interval): Interval {
  const p = one.p - other.p;
  return {
    p,
    lo: p - Math.hypot(one.p - one.lo, other.hi - other.p),
    hi: p + Math.hypot(one.hi - one.p, other.p - other.lo),
  };
}

/** Returns the number of answers that bounds a share of about `p` to ±`margin`, at a design effect of `deff`. */
export function answersNeeded(p: number, margin: number, deff: number): number {
  return Math.ceil((deff * Z * Z * p * (1 - p)) / (margin * margin));
}
