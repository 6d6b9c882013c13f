import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** A share between 0 and 1, or the difference of two between -1 and 1, with the bounds within which it lies 19 times in 20. */
export type Interval = { readonly p: number; readonly lo: number; readonly hi: number };

/** Half of what is left outside on each side. */
const TAIL = 0.025;
export const Z = normalQuantile(1 - TAIL, 0, 1);

/** The score interval of a share (Wilson 1927, JASA 22:209). `n` is the effective number of answers, and need not be whole. */
export function wilson(p: number, n: number, z = Z): Interval {
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  // Exactly 0 and 1 at the ends, where rounding would leave crumbs.
  return { p, lo: p === 0 ? 0 : (centre - half) / scale, hi: p === 1 ? 1 : (centre + half) / scale };
}

/**
 * The exact interval of a share on an effective number of answers (Korn & Graubard 1998, Survey Methodology 24:193); with the
 * plain number it is that of Clopper and Pearson. R: svyciprop(method = "beta").
 */
export function kornGraubard(p: number, n: number): Interval {
  const x = p * n;
  return {
    p,
    lo: p === 0 ? 0 : betaQuantile(TAIL, x, n - x + 1),
    hi: p === 1 ? 1 : betaQuantile(1 - TAIL, x + 1, n - x),
  };
}

/** The difference of two shares, one less the other, from the score interval of each (Newcombe 1998, Statist. Med. 17:873, method 10). */
export function newcombe(one: Interval, other: Interval): Interval {
  const p = one.p - other.p;
  return {
    p,
    lo: p - Math.hypot(one.p - one.lo, other.hi - other.p),
    hi: p + Math.hypot(one.hi - one.p, other.p - other.lo),
  };
}

/** How many answers in all make a share of about `p` known to ±`margin`, where weights and design cost `deff`. */
export function answersNeeded(p: number, margin: number, deff: number): number {
  return Math.ceil((deff * Z * Z * p * (1 - p)) / (margin * margin));
}
