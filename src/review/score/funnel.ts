import { binomialCdf, normalQuantile } from '../../surveys/estimate/distributions.ts';
import type { Count } from './shrink.ts';

/** The place of one region in a funnel: the plain z, and z adjusted for over-dispersion. */
export type FunnelPoint = {
  readonly z: number;
  readonly zAdjusted: number;
  /** Two-sided exact binomial p-value, where arcsine limits fail: below EXACT_BELOW trials. */
  readonly exact?: number;
};

/** A funnel plot of shares against the mean `m` (Spiegelhalter 2005, Statist. Med. 24:1185). */
export type Funnel = {
  readonly m: number;
  /** Over-dispersion φ of the winsorised z, and the variance τ² between regions that explains it. */
  readonly phi: number;
  readonly tau2: number;
  /** In the order of the counts; undefined for a region without trials. */
  readonly points: readonly (FunnelPoint | undefined)[];
};

/** With fewer trials the exact binomial tail decides. */
export const EXACT_BELOW = 30;
/** Half-widths of the 95 % and the 99.8 % limits, in standard deviations. */
export const LIMITS = { inner: normalQuantile(0.975), outer: normalQuantile(0.999) };
/** Shares of the z values that are winsorised on each side. */
const WINSORISED = 0.1;

/**
 * Places regions in a funnel on the scale Y = asin √p with s = 1/(2√n). z is winsorised at 10 %, φ = Σz²/J and
 * τ² = (Jφ − (J − 1)) / (Σs⁻² − Σs⁻⁴/Σs⁻²), at least 0; the adjusted z is (Y − asin √m) / √(s² + τ²).
 */
export function funnelOf(counts: readonly Count[], m: number): Funnel {
  const centre = Math.asin(Math.sqrt(m));
  const known = counts.filter(({ n }) => n > 0);
  const zs = known.map((count) => zOf(count, centre, 0));
  const [low, high] = [quantileOf(zs, WINSORISED), quantileOf(zs, 1 - WINSORISED)];
  const J = known.length;
  const phi = zs.reduce((all, z) => all + Math.min(high, Math.max(low, z)) ** 2, 0) / Math.max(1, J);
  // s⁻² = 4n.
  const weights = known.map(({ n }) => 4 * n);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const room = sum - weights.reduce((all, weight) => all + weight * weight, 0) / sum;
  const tau2 = J > 1 && room > 0 ? Math.max(0, (J * phi - (J - 1)) / room) : 0;
  const points = counts.map((count): FunnelPoint | undefined =>
    count.n > 0
      ? {
          z: zOf(count, centre, 0),
          zAdjusted: zOf(count, centre, tau2),
          ...(count.n < EXACT_BELOW ? { exact: exactP(count, m) } : {}),
        }
      : undefined,
  );
  return { m, phi, tau2, points };
}

/** Signal of a funnel point: outside the adjusted 99.8 % limits, and by the exact tail with few trials. */
export function isOutside({ zAdjusted, exact }: FunnelPoint): boolean {
  return exact === undefined ? Math.abs(zAdjusted) > LIMITS.outer : exact < 0.002;
}

/** The limits of a share at `n` trials: sin²(asin √m ± width · √(1/4n + τ²)), inside 0 and 1. */
export function limitsAt(n: number, m: number, width: number, tau2 = 0): { readonly lo: number; readonly hi: number } {
  const half = width * Math.sqrt(1 / (4 * n) + tau2);
  const at = (angle: number) => Math.sin(Math.min(Math.PI / 2, Math.max(0, angle))) ** 2;
  const centre = Math.asin(Math.sqrt(m));
  return { lo: at(centre - half), hi: at(centre + half) };
}

function zOf({ y, n }: Count, centre: number, tau2: number): number {
  return (Math.asin(Math.sqrt(Math.min(1, Math.max(0, y / n)))) - centre) / Math.sqrt(1 / (4 * n) + tau2);
}

/** Twice the smaller tail, at most 1. */
function exactP({ y, n }: Count, m: number): number {
  const [whole, part] = [Math.round(n), Math.round(y)];
  const lower = binomialCdf(part, whole, m);
  const upper = 1 - binomialCdf(part - 1, whole, m);
  return Math.min(1, 2 * Math.min(lower, upper));
}

/** Quantile of type 7 (Hyndman & Fan 1996), as R computes it by default. */
function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const low = sorted[below] ?? 0;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}
