import { Z } from '../../surveys/estimate/intervals.ts';
import type { IndicatorCode } from '../score/indicator.ts';
import { LESS_IS_BETTER } from '../score/indicator.ts';
import type { Count } from '../score/shrink.ts';

/** A difference in differences with its standard error and the bounds of its 95 % interval. */
export type Effect = { readonly did: number; readonly se: number; readonly lo: number; readonly hi: number };

/** The counts of a place and of the others, before and after. */
export type BeforeAfter = {
  readonly own: { readonly before: Count; readonly after: Count };
  readonly others: { readonly before: Count; readonly after: Count };
};

/** DiD = (p₁ − p₀) − (c₁ − c₀) with se² = Σ p(1 − p)/n over the four shares. */
export function differenceInDifferences({ own, others }: BeforeAfter): Effect {
  const did = shareOf(own.after) - shareOf(own.before) - (shareOf(others.after) - shareOf(others.before));
  const counts = [own.before, own.after, others.before, others.after];
  const se = Math.sqrt(counts.reduce((all, count) => all + (shareOf(count) * (1 - shareOf(count))) / count.n, 0));
  return { did, se, lo: did - Z * se, hi: did + Z * se };
}

/** The shrunken estimate of the month before: what the next month shows if nothing changes. */
export type Expectation = { readonly theta: number; readonly v: number };

/**
 * True if a change is more than chance: the interval of the DiD excludes 0, and the new share lies outside the 95 %
 * prediction interval around the shrunken expectation. The second test keeps a return to the usual from counting as success.
 */
export function isClearEffect(effect: Effect, after: Count, { theta, v }: Expectation): boolean {
  if (after.n === 0 || !(effect.lo > 0 || effect.hi < 0)) return false;
  const spread = Math.sqrt(v + (theta * (1 - theta)) / after.n);
  return Math.abs(shareOf(after) - theta) > Z * spread && Math.sign(shareOf(after) - theta) === Math.sign(effect.did);
}

/** Turns a difference so that more is better. */
export function oriented(code: IndicatorCode, effect: Effect): Effect {
  if (!LESS_IS_BETTER.includes(code)) return effect;
  return { did: -effect.did, se: effect.se, lo: -effect.hi, hi: -effect.lo };
}

/** The share of a count, inside 0 and 1. */
export function shareOf({ y, n }: Count): number {
  return n === 0 ? 0 : Math.min(1, Math.max(0, y / n));
}
