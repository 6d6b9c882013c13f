import { DAY_MS } from '../../calendar.ts';
import type { Estimate } from '../estimate/estimate.ts';

/** Reasons to withhold a number; see RULES. */
export type WithheldReason = 'few_answers' | 'unreliable' | 'too_wide' | 'nearly_all_alike' | 'protects_others';

declare const disclosed: unique symbol;

/** A share that passed the disclosure rules; no raw estimate leaves surveys/. */
export type DisclosedNumber = (
  | {
      readonly type: 'shown';
      /** Percent, rounded by P8, with the bounds of its interval. */
      readonly percent: number;
      readonly lo: number;
      readonly hi: number;
      /** Answers, rounded to five. */
      readonly n: number;
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
  /** P8: counts are rounded to `roundTo`; from `decimalFrom` effective answers on, percentages have one decimal. */
  roundTo: 5,
  decimalFrom: 400,
  /** P10: communities are shown only pooled over this time, with at least this many answers. */
  pooledMs: 90 * DAY_MS,
  pooledMin: 30,
} as const;

/** Applies the rules for a single cell: P1–P3, P5, P8. */
export function discloseCell(estimate: Estimate): DisclosedNumber {
  const { n, nEff, p, lo, hi, above, below } = estimate;
  if (n < RULES.answersMin) return { type: 'withheld', why: 'few_answers' };
  if (nEff < RULES.effectiveMin) return { type: 'withheld', why: 'unreliable' };
  const count = RULES.roundTo * Math.round(n / RULES.roundTo);
  if (Math.min(above, below) < RULES.otherSideMin) {
    if (p >= 0.9) return { type: 'at_least', percent: 90, n: count };
    if (p <= 0.1) return { type: 'at_most', percent: 10, n: count };
    return { type: 'withheld', why: 'nearly_all_alike' };
  }
  const width = hi - lo;
  if (width >= RULES.widthMax) return { type: 'withheld', why: 'too_wide' };
  const between = width > RULES.widthFine;
  if (between && width / p > RULES.widthInShares) return { type: 'withheld', why: 'too_wide' };
  const rough = between && width / (1 - p) > RULES.widthInShares;
  const digits = nEff < RULES.decimalFrom ? 0 : 1;
  const percent = (share: number) => Number((100 * share).toFixed(digits));
  return {
    type: 'shown',
    percent: percent(p),
    lo: percent(lo),
    hi: percent(hi),
    n: count,
    ...(rough ? { rough } : {}),
  };
}

/** Returns true if a reader cannot see the exact number. A bound (at least, at most) counts as suppressed. */
export function isSuppressed(shown: DisclosedNumber | undefined): boolean {
  return shown?.type !== 'shown';
}

/** Rounds down the number of answers of an open wave (P7); undefined if there are too few. */
export function liveCount(complete: number): number | undefined {
  return complete < RULES.liveMin ? undefined : RULES.liveStep * Math.floor(complete / RULES.liveStep);
}

/** Rounds a count of people to the nearest five; undefined below ten. */
export function roundedCount(n: number): number | undefined {
  return n < RULES.answersMin ? undefined : RULES.roundTo * Math.round(n / RULES.roundTo);
}
