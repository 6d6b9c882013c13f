import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import padjust from '@stdlib/stats-padjust';
import type { Estimate } from './estimate.ts';
import type { Interval } from './intervals.ts';
import { newcombe, Z } from './intervals.ts';

/** What may be said of a change. */
export type Direction = 'up' | 'down' | 'no_difference';

/** What of two estimates counts here: a share and the effective answers behind it. */
type Share = Pick<Estimate, 'p' | 'lo' | 'hi' | 'nEff' | 'variance'>;

/** The difference of two estimates, the newer less the older; "up" or "down" only where the interval leaves out 0. */
export function changeOf(newer: Share, older: Share): Interval & { readonly direction: Direction } {
  const change = newcombe(newer, older);
  return { ...change, direction: change.lo > 0 ? 'up' : change.hi < 0 ? 'down' : 'no_difference' };
}

/** Of many changes, those that are not chance: the false among them stay below 1 in 20 (Benjamini & Hochberg 1995, JRSS B 57:289). */
export function realChanges(pairs: readonly { readonly newer: Share; readonly older: Share }[]): readonly Direction[] {
  const adjusted = adjust(
    pairs.map(({ newer, older }) => pOf(newer, older)),
    'bh',
  );
  return pairs.map(({ newer, older }, i) => {
    if ((adjusted[i] ?? 1) >= ALPHA) return 'no_difference';
    return newer.p > older.p ? 'up' : 'down';
  });
}

const ALPHA = 0.05;

/** The places that an estimate may have among all: from 1 + those surely better to all − those surely worse. */
export type Rank = { readonly from: number; readonly to: number };

/**
 * Ranks as intervals: every pair is compared, and the whole is right 19 times in 20 (Holm 1979; Klein, Wright & Wieczorek
 * 2020, JRSS A 183:589). Those with the same interval stand together.
 */
export function ranksOf(all: readonly Share[]): readonly Rank[] {
  const pairs = all.flatMap((_, i) => all.slice(i + 1).map((__, k) => [i, i + 1 + k] as const));
  const adjusted = adjust(
    pairs.map(([a, b]) => pOf(all[a], all[b])),
    'holm',
  );
  const better = new Array<number>(all.length).fill(0);
  const worse = new Array<number>(all.length).fill(0);
  for (const [k, [a, b]] of pairs.entries()) {
    if ((adjusted[k] ?? 1) >= ALPHA) continue;
    const [winner, loser] = (all[a]?.p ?? 0) > (all[b]?.p ?? 0) ? [a, b] : [b, a];
    better[loser] = (better[loser] ?? 0) + 1;
    worse[winner] = (worse[winner] ?? 0) + 1;
  }
  return all.map((_, i) => ({ from: 1 + (better[i] ?? 0), to: all.length - (worse[i] ?? 0) }));
}

/** Whether an aim is reached, missed, or nobody can tell yet; then about how many answers more would. */
export type Attainment =
  | { readonly type: 'reached' | 'missed' }
  | { readonly type: 'open'; readonly more: number | undefined };

/** So many answers nobody can collect: then it is not said how many are missing. */
const MORE_MAX = 10_000;

export function attainmentOf({ p, lo, hi, n, deff }: Estimate, threshold: number): Attainment {
  if (lo >= threshold) return { type: 'reached' };
  if (hi < threshold) return { type: 'missed' };
  const needed = (deff * Z * Z * p * (1 - p)) / (p - threshold) ** 2;
  // In tens: the exact number would tell the exact share.
  const more = 10 * Math.ceil((needed - n) / 10);
  return { type: 'open', more: Number.isFinite(more) && more > 0 && more <= MORE_MAX ? more : undefined };
}

/** How many percentage points a share of about 90 % must move so that the move is seen 4 times in 5, between two waves with so many effective answers each. */
export function detectableChange(nEff: number, p = 0.9): number {
  const POWER_Z = 0.8416212335729143;
  return 100 * (Z + POWER_Z) * Math.sqrt((2 * p * (1 - p)) / nEff);
}

/**
 * Whether shares go up or down over waves: the linear trend of Cochran and Armitage on effective counts (Fleiss, Levin & Paik
 * 2003, 9.3; R: prop.trend.test). `chi2` has one degree of freedom.
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
  return { chi2, pValue, direction: pValue >= ALPHA ? 'no_difference' : up > 0 ? 'up' : 'down' };
}

/** How likely two shares differ so much by chance (z test on effective answers). */
function pOf(one: Share | undefined, other: Share | undefined): number {
  if (!one || !other) return 1;
  const spread = Math.sqrt(varianceOf(one) + varianceOf(other));
  return twoSided(Math.abs(one.p - other.p) / spread);
}

/** Where everybody answered alike the plain variance is 0, which nobody believes: a little of both answers is added (Agresti & Coull 1998). */
function varianceOf({ p, nEff, variance }: Share): number {
  if (variance > 0) return variance;
  const n = nEff + Z * Z;
  const shrunk = p > 0 && p < 1 ? p : (p * nEff + (Z * Z) / 2) / n;
  return (shrunk * (1 - shrunk)) / nEff;
}

function twoSided(z: number): number {
  return 2 * normalCdf(-z, 0, 1);
}

export function adjust(pValues: readonly number[], method: 'bh' | 'holm'): readonly number[] {
  return pValues.length === 0 ? [] : Array.from(padjust([...pValues], method));
}
