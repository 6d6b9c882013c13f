import { DAY_MS } from '../../calendar.ts';
import type { Estimate } from '../estimate/estimate.ts';
import { wilson } from '../estimate/intervals.ts';

/** Reasons to withhold a number; see RULES. They stay in the stored results: what leaves has one word for all. */
export type WithheldReason = 'few_answers' | 'unreliable' | 'too_wide' | 'nearly_all_alike' | 'protects_others';

declare const disclosed: unique symbol;

export type ShownShare = Extract<DisclosedNumber, { readonly type: 'shown' }>;

/** A share that passed the disclosure rules; no raw estimate leaves surveys/. */
export type DisclosedNumber = (
  | {
      readonly type: 'shown';
      /** Percent, rounded by P8. The bounds of the interval follow from it, `n` and `nEff`. */
      readonly percent: number;
      readonly lo: number;
      readonly hi: number;
      /** Answers, rounded by P8, and the effective number that follows from them and a rounded design effect. */
      readonly n: number;
      readonly nEff: number;
      /** The interval is wide in proportion to the share or its complement. */
      readonly rough?: true;
    }
  | { readonly type: 'at_least' | 'at_most'; readonly percent: 90 | 10; readonly n: number }
  | { readonly type: 'withheld'; readonly why: WithheldReason }
) & { readonly [disclosed]?: true };

/** Bounds of the disclosure rules, as in the Office for National Statistics, the UK LLC and the NCHS. */
export const RULES = {
  /** P1: with fewer answers nothing is shown, not even the count. */
  answersMin: 10,
  /** P2: with fewer effective answers no percentage is shown. */
  effectiveMin: 30,
  /** P3: widths up to `widthFine` are shown, from `widthMax` on withheld; between them, `widthInShares` times the share. */
  widthFine: 0.05,
  widthMax: 0.3,
  widthInShares: 1.3,
  /** P4: units with fewer effective answers are not ranked. */
  rankMin: 100,
  /** P5: fewer answers on one side would reveal that all others agree. */
  otherSideMin: 3,
  /** P6: the withheld cells of a row or column hide at least this many answers. */
  hiddenMin: 10,
  /** P7: an open wave shows no count below `liveMin`, and counts in steps of `liveStep` above. */
  liveMin: 30,
  liveStep: 10,
  /** P8: counts are rounded to `roundTo`, and to `roundManyTo` from `manyFrom` on. */
  roundTo: 5,
  roundManyTo: 20,
  manyFrom: 800,
  /** P8: steps of percentages, each for fewer answers than `below`: at least five numbers of answers fit what is shown. */
  steps: [
    { below: 35, step: 10 },
    { below: 65, step: 5 },
    { below: 125, step: 2 },
    { below: 400, step: 1 },
    { below: 800, step: 0.5 },
    { below: 2000, step: 0.2 },
  ],
  finestStep: 0.1,
  /** P8: design effects are rounded to this. */
  designStep: 0.25,
  /** P10: communities are shown only pooled over this time, with at least this many answers. */
  pooledMs: 90 * DAY_MS,
  pooledMin: 30,
} as const;

/** Applies the rules for a single cell: P1–P3, P5, P8. */
export function discloseCell(estimate: Estimate): DisclosedNumber {
  const { nEff, p, above, below } = estimate;
  const n = roundedCount(estimate.n);
  if (n === undefined) return { type: 'withheld', why: 'few_answers' };
  if (nEff < RULES.effectiveMin) return { type: 'withheld', why: 'unreliable' };
  if (Math.min(above, below) < RULES.otherSideMin) {
    if (p >= 0.9) return { type: 'at_least', percent: 90, n };
    if (p <= 0.1) return { type: 'at_most', percent: 10, n };
    return { type: 'withheld', why: 'nearly_all_alike' };
  }
  return discloseShare(p, n, roundedDesign(estimate));
}

/** Rounds a share. All else that is shown follows from rounded numbers, and tells no more than they do. */
function discloseShare(p: number, n: number, design: number): DisclosedNumber {
  const nEff = Math.floor(n / design);
  const step = stepFor(Math.min(n, nEff));
  // The outermost steps are joined: in a step of its own, the fewest answers that are shown would be plain to see.
  const fewest = n - (n < RULES.manyFrom ? RULES.roundTo : RULES.roundManyTo) / 2;
  const least = roundedTo(step, (100 * RULES.otherSideMin) / fewest);
  const percent = Math.min(100 - least, Math.max(least, roundedTo(step, 100 * p)));
  const { lo, hi } = wilson(percent / 100, nEff);
  const width = hi - lo;
  const between = width > RULES.widthFine;
  if (width >= RULES.widthMax || (between && 100 * width > RULES.widthInShares * percent))
    return { type: 'withheld', why: 'too_wide' };
  const rough = between && 100 * width > RULES.widthInShares * (100 - percent);
  const bounds = { lo: roundedTo(step, 100 * lo, Math.floor), hi: roundedTo(step, 100 * hi, Math.ceil) };
  return { type: 'shown', percent, ...bounds, n, nEff, ...(rough ? { rough } : {}) };
}

function roundedDesign({ deff, spread = 1 }: Estimate): number {
  return Math.max(RULES.designStep, RULES.designStep * Math.round((deff * spread) / RULES.designStep));
}

/** Returns the step of percentages that this number of answers allows (P8). */
export function stepFor(n: number): number {
  return RULES.steps.find(({ below }) => n < below)?.step ?? RULES.finestStep;
}

/** Rounds to a multiple of `step`, without the errors of binary fractions. */
export function roundedTo(step: number, value: number, round: (value: number) => number = Math.round): number {
  const steps = round(Math.round((value / step) * 1e9) / 1e9);
  // Adding 0 turns −0 into 0.
  return Math.round(step * steps * 10) / 10 + 0;
}

/** Returns the estimate that anybody can compute from a shown share: comparisons that use it tell nothing more. */
export function estimateShown({ percent, lo, hi, n, nEff = n }: ShownShare): Estimate {
  const p = percent / 100;
  const variance = (p * (1 - p)) / nEff;
  return { p, lo: lo / 100, hi: hi / 100, n, nEff, variance, deff: n / nEff, above: n * p, below: n * (1 - p) };
}

/** Returns true if a reader cannot see the exact number. A bound (at least, at most) counts as suppressed. */
export function isSuppressed(shown: DisclosedNumber | undefined): boolean {
  return shown?.type !== 'shown';
}

/** Rounds down the number of answers of an open wave (P7); undefined if there are too few. */
export function liveCount(complete: number): number | undefined {
  return complete < RULES.liveMin ? undefined : RULES.liveStep * Math.floor(complete / RULES.liveStep);
}

/** Rounds a count of people by P8; undefined below ten. */
export function roundedCount(n: number): number | undefined {
  if (n < RULES.answersMin) return undefined;
  const count = roundedTo(RULES.roundTo, n);
  return count < RULES.manyFrom ? count : roundedTo(RULES.roundManyTo, n);
}

/** Rounds the part of a whole to a percentage that tells neither number (P8); undefined if the whole is too small. */
export function roundedPercent(part: number, whole: number): number | undefined {
  const n = roundedCount(whole);
  return n === undefined ? undefined : roundedTo(Math.max(1, stepFor(n)), (100 * part) / whole);
}
