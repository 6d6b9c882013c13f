import type { Interval } from './intervals.ts';
import { wilson, Z } from './intervals.ts';

/** Weighted sums over the answers of one domain (a region, a group). Values lie between 0 and 1. */
export type Sums = {
  n: number;
  /** Numbers of answers with a value above and below one half; rule P5 needs enough of both. */
  above: number;
  below: number;
  /** Σw, Σwy, Σw², Σw²y, Σw²y². */
  w: number;
  wy: number;
  ww: number;
  wwy: number;
  wwyy: number;
};

export function noSums(): Sums {
  return { n: 0, above: 0, below: 0, w: 0, wy: 0, ww: 0, wwy: 0, wwyy: 0 };
}

/** Adds one answer of value `y` and weight `w`, in place. */
export function addAnswer(sums: Sums, y: number, w: number): void {
  addAlike(sums, y, { n: 1, w, ww: w * w });
}

/** Adds answers of the same value `y`, in place. */
export function addAlike(sums: Sums, y: number, { n, w, ww }: Pick<Sums, 'n' | 'w' | 'ww'>): void {
  sums.n += n;
  if (y > 0.5) sums.above += n;
  if (y < 0.5) sums.below += n;
  sums.w += w;
  sums.wy += w * y;
  sums.ww += ww;
  sums.wwy += ww * y;
  sums.wwyy += ww * y * y;
}

/** Adds the sums of another domain, in place. */
export function addSums(sums: Sums, other: Readonly<Sums>): void {
  // Field by field: a loop over the names takes ten times as long, for each group of each street.
  sums.n += other.n;
  sums.above += other.above;
  sums.below += other.below;
  sums.w += other.w;
  sums.wy += other.wy;
  sums.ww += other.ww;
  sums.wwy += other.wwy;
  sums.wwyy += other.wwyy;
}

/** An estimate for the people of a domain, with its 95 % interval. */
export type Estimate = Interval & {
  /** Number of answers, and the effective number: equally weighted answers of the same precision. */
  readonly n: number;
  readonly nEff: number;
  /** The variance of `p`. */
  readonly variance: number;
  /** Design effect, n/nEff. */
  readonly deff: number;
  /** Of a mean: the variance of its answers in parts of p(1−p), the largest possible. It is 1 for a share. */
  readonly spread?: number;
  /** Numbers of answers above and below one half. */
  readonly above: number;
  readonly below: number;
};

/**
 * Estimates the weighted share, with a Wilson interval. The variance is linearised, with replacement:
 * n/(n−1)·Σ[wᵢ(yᵢ−p)]²/(Σwᵢ)² (Särndal, Swensson & Wretman 1992, 5.5; R: svymean). The effective number of answers is n over
 * the design effect, at most n; equal weights have a design effect of 1, as a simple random sample has the variance
 * p(1−p)/(n−1). If all answers agree the effective number is Kish's. `people` is the size of the domain: if more than one in
 * twenty answered, the finite population correction applies.
 */
export function estimateOf(
  { n, above, below, w, wy, ww, wwy, wwyy }: Readonly<Sums>,
  people = Number.POSITIVE_INFINITY,
): Estimate {
  const p = w === 0 ? 0 : above === 0 ? 0 : below === 0 ? 1 : wy / w;
  const squares = Math.max(0, wwyy - 2 * p * wwy + p * p * ww);
  const correction = n / people > 0.05 ? Math.max(0, 1 - n / people) : 1;
  const variance = n > 1 ? (correction * (n / (n - 1)) * squares) / (w * w) : 0;
  const unanimous = p === 0 || p === 1;
  const nEff =
    unanimous || variance === 0
      ? kishNumber(n, w, ww)
      : Math.min(n, withoutRounding((p * (1 - p) * w * w) / (correction * squares)));
  const { lo, hi } = nEff > 0 ? wilson(p, nEff) : { lo: 0, hi: 1 };
  return { p, lo, hi, n, nEff, variance, deff: nEff > 0 ? n / nEff : 1, above, below };
}

/** Estimates the weighted mean of values between `least` and 1, with a normal interval and Kish's effective number. */
export function meanOf({ n, above, below, w, wy, ww, wwy, wwyy }: Readonly<Sums>, least = 0): Estimate {
  const p = w === 0 ? 0 : wy / w;
  const variance = n > 1 ? ((n / (n - 1)) * Math.max(0, wwyy - 2 * p * wwy + p * p * ww)) / (w * w) : 0;
  const half = Z * Math.sqrt(variance);
  const nEff = kishNumber(n, w, ww);
  const [lo, hi] = [Math.max(least, p - half), Math.min(1, p + half)];
  const spread = p > 0 && p < 1 ? (variance * nEff) / (p * (1 - p)) : 1;
  return { p, lo, hi, n, nEff, variance, deff: nEff > 0 ? n / nEff : 1, spread, above, below };
}

/** Returns the effective number by the weights alone (Kish 1965, Survey Sampling, 11.7). */
function kishNumber(n: number, w: number, ww: number): number {
  return ww === 0 ? 0 : Math.min(n, withoutRounding((w * w) / ww));
}

/** Rounding errors in the sums of n weights stay far below this part of the result. */
const ROUNDING = 1e-9;

/** Restores a whole number that rounding errors have moved: a rule such as "at least thirty" must not depend on them. */
function withoutRounding(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= ROUNDING * whole ? whole : value;
}
