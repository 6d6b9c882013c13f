import { RULES, roundedCount, roundedPercent } from '../../surveys/disclosure/disclosure.ts';

/** A share as anybody may see it: by the rules P1, P5 and P8 of surveys. Votes are counted, not sampled: no interval. */
export type ShownShare =
  | { readonly type: 'shown'; readonly percent: number; readonly n: number }
  /** Fewer than three people are on the other side. */
  | { readonly type: 'at_least' | 'at_most'; readonly percent: 90 | 10; readonly n: number }
  | { readonly type: 'withheld' };

/** Shows the part of a whole that a vote counted. */
export function shownShare(part: number, whole: number): ShownShare {
  const n = roundedCount(whole);
  const percent = roundedPercent(part, whole);
  if (n === undefined || percent === undefined) return { type: 'withheld' };
  if (Math.min(part, whole - part) >= RULES.otherSideMin) return { type: 'shown', percent, n };
  const share = part / whole;
  if (share >= 0.9) return { type: 'at_least', percent: 90, n };
  return share <= 0.1 ? { type: 'at_most', percent: 10, n } : { type: 'withheld' };
}

/**
 * True if the parts of a whole may be shown beside it: no part has one to nine people, as the others and the whole would
 * reveal it by subtraction.
 */
export function mayShowParts(parts: readonly number[]): boolean {
  return parts.every((n) => n === 0 || n >= RULES.answersMin);
}
