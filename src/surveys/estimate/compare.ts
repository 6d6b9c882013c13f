import { adjustPValues, normalCdf } from './distributions.ts';
import type { Estimate } from './estimate.ts';
import type { Interval } from './intervals.ts';
import { newcombe, Z } from './intervals.ts';

/** A change; `no_difference` unless it is significant. */
export type Direction = 'up' | 'down' | 'no_difference';

/** The part of an estimate that comparisons use. */
type ShareEstimate = Pick<Estimate, 'p' | 'lo' | 'hi' | 'nEff' | 'variance'>;

/** Returns the difference newer − older; "up" or "down" only if its interval excludes 0. */
export function changeOf(newer: ShareEstimate, older: ShareEstimate): Interval & { readonly direction: Direction } {
  const change = newcombe(newer, older);
  return { ...change, direction: change.lo > 0 ? 'up' : change.hi < 0 ? 'down' : 'no_difference' };
}

/** Tests many changes at a false discovery rate of 5 % (Benjamini & Hochberg 1995, JRSS B 57:289). */
export function significantChanges(
  pairs: readonly { readonly newer: ShareEstimate; readonly older: ShareEstimate }[],
): readonly Direction[] {
  const adjusted = adjustPValues(
    pairs.map(({ newer, older }) => pValueOf(newer, older)),
    'bh',
  );
  return pairs.map(({ newer, older }, i) => {
    if ((adjusted[i] ?? 1) >= ALPHA) return 'no_difference';
    return newer.p > older.p ? 'up' : 'down';
  });
}

const ALPHA = 0.05;

/** The possible ranks of an estimate: from 1 + the significantly better to all − the significantly worse. */
export type Rank = { readonly from: number; readonly to: number };

/**
 * Ranks estimates as intervals from all pairwise tests, with a joint confidence of 95 % (Holm 1979; Klein, Wright & Wieczorek
 * 2020, JRSS A 183:589). Estimates that no test separates have the same interval. `holds`: a further condition of a separation.
 */
export function ranksOf(
  all: readonly ShareEstimate[],
  holds: (winner: number, loser: number) => boolean = () => true,
): readonly Rank[] {
  const pairs = all.flatMap((_, i) => all.slice(i + 1).map((__, k) => [i, i + 1 + k] as const));
  const adjusted = adjustPValues(
    pairs.map(([a, b]) => pValueOf(all[a], all[b])),
    'holm',
  );
  const better = new Array<number>(all.length).fill(0);
  const worse = new Array<number>(all.length).fill(0);
  for (const [k, [a, b]] of pairs.entries()) {
    if ((adjusted[k] ?? 1) >= ALPHA) continue;
    const [winner, loser] = (all[a]?.p ?? 0) > (all[b]?.p ?? 0) ? [a, b] : [b, a];
    if (!holds(winner, loser)) continue;
    better[loser] = (better[loser] ?? 0) + 1;
    worse[winner] = (worse[winner] ?? 0) + 1;
  }
  return all.map((_, i) => ({ from: 1 + (better[i] ?? 0), to: all.length - (worse[i] ?? 0) }));
}

/**
 * A threshold is reached, missed, or open; `more` is about how many further answers would decide. `ifAlike`: it is reached only
 * if those who did not answer are as content as the others.
 */
export type Attainment =
  | { readonly type: 'reached' | 'missed' }
  | { readonly type: 'open'; readonly more: number | undefined; readonly ifAlike?: true };

/** A larger number cannot be collected, so `more` stays undefined. */
const MORE_MAX = 10_000;

/** Compares with a threshold. It is reached only if all the invited, `shift` below those who answered, reach it too. */
export function attainmentOf({ p, lo, hi, n, deff }: Estimate, threshold: number, shift = 0): Attainment {
  if (lo - shift >= threshold) return { type: 'reached' };
  if (hi < threshold) return { type: 'missed' };
  // Above the threshold, further answers decide only if the shifted share is above it too.
  const distance = p < threshold ? threshold - p : p - shift - threshold;
  const needed = (deff * Z * Z * p * (1 - p)) / distance ** 2;
  // Rounded up to tens: the exact number would reveal the exact share.
  const more = 10 * Math.ceil((needed - n) / 10);
  const isDecidable = distance > 0 && Number.isFinite(more) && more > 0 && more <= MORE_MAX;
  return { type: 'open', more: isDecidable ? more : undefined, ...(lo >= threshold ? { ifAlike: true } : {}) };
}

/** Returns the change (percentage points) between two waves of `nEff` answers that is detected with a power of 80 %. */
export function detectableChange(nEff: number, p = 0.9): number {
  const POWER_Z = 0.8416212335729143;
  return 100 * (Z + POWER_Z) * Math.sqrt((2 * p * (1 - p)) / nEff);
}

/** Number of waves in a row over which a trend that does not exist is reported with a chance of at most ALPHA. */
const TREND_LOOKS = 10;

/**
 * Tests for a linear trend over waves: Cochran and Armitage on effective counts (Fleiss, Levin & Paik 2003, 9.3;
 * R: prop.trend.test). `chi2` has one degree of freedom, and `pValue` is that of a single look. Each new wave looks again, so a
 * direction needs a tenth of ALPHA: equal spending of alpha (Lan & DeMets 1983, Biometrika 70:659) under Bonferroni's bound. It
 * holds for any dependence of the looks, also when old waves leave the comparison. Of 400 effective answers around 90 %, a
 * change of one point a wave is found within ten waves in 99 of 100 cases, half a point in 6 of 10.
 */
export function trendOf(waves: readonly { readonly p: number; readonly nEff: number }[]): {
  readonly chi2: number;
  readonly pValue: number;
  readonly direction: Direction;
} {
  const n = waves.reduce((all, { nEff }) => all + nEff, 0);
  const x = waves.reduce((all, { p, nEff }) => all + p * nEff, 0);
  const mean = waves.reduce((all, { nEff }, i) => all + nEff * i, 0) / n;
  const share = x / n;
  const up = waves.reduce((all, { p, nEff }, i) => all + p * nEff * (i - mean), 0);
  const spread = waves.reduce((all, { nEff }, i) => all + nEff * (i - mean) ** 2, 0);
  const chi2 = share > 0 && share < 1 && spread > 0 ? up ** 2 / (share * (1 - share) * spread) : 0;
  const pValue = twoSided(Math.sqrt(chi2));
  return { chi2, pValue, direction: pValue >= ALPHA / TREND_LOOKS ? 'no_difference' : up > 0 ? 'up' : 'down' };
}

/** Returns the p-value of a difference of two shares (z test on effective answers). */
function pValueOf(one: ShareEstimate | undefined, other: ShareEstimate | undefined): number {
  if (!one || !other) return 1;
  const spread = Math.sqrt(varianceOf(one) + varianceOf(other));
  return twoSided(Math.abs(one.p - other.p) / spread);
}

/** Unanimous answers have variance 0; then pseudo-answers of both kinds are added (Agresti & Coull 1998). */
function varianceOf({ p, nEff, variance }: ShareEstimate): number {
  if (variance > 0) return variance;
  const n = nEff + Z * Z;
  const shrunk = p > 0 && p < 1 ? p : (p * nEff + (Z * Z) / 2) / n;
  return (shrunk * (1 - shrunk)) / nEff;
}

function twoSided(z: number): number {
  return 2 * normalCdf(-z);
}
