import type { CountedSheet } from '../ballot/response.ts';
import { discloseCell } from '../disclosure/disclosure.ts';
import type { Indicator } from '../estimate/indicator.ts';
import type { Measure } from '../estimate/tally.ts';
import { sumUp } from '../estimate/tally.ts';
import { estimateBy } from './indicator-comparison.ts';

/** How much less content those who did not answer may be: points, and the answering share (percent) of the invited. */
export type NonResponse = { readonly gap: number; readonly answered: number };

/** Assumed gaps, points. Coarse steps keep the two tallies behind a gap unknown. */
export const GAP = {
  step: 5,
  /** Late answers resemble missing ones only in part (Lin & Schaeffer 1995, Public Opin. Q. 59:236), so a gap is never 0. */
  least: 5,
  /** Without enough answers on both sides of the reminder. */
  unknown: 10,
} as const;

/**
 * Estimates the gap from the answers before and after the first reminder: people who need a reminder stand for those who never
 * answer (extrapolation over successive waves: Armstrong & Overton 1977, J. Marketing Res. 14:396). Both tallies are of the
 * whole region and pass the disclosure rules, and only their rounded-up difference is kept.
 */
export function nonResponseOf(
  kind: Indicator['kind'],
  measure: Measure,
  { sheets, completion = 0 }: { readonly sheets: readonly CountedSheet[]; readonly completion?: number },
): NonResponse {
  const [early, late] = [false, true].map((isLate) =>
    estimateBy(
      kind,
      sumUp(sheets, measure, ({ late }) => late === isLate),
    ),
  );
  const isKnown = early && late && [early, late].every((one) => discloseCell(one).type === 'shown');
  const found = isKnown ? GAP.step * Math.ceil((100 * (early.p - late.p)) / GAP.step) : GAP.unknown;
  return { gap: Math.max(GAP.least, found), answered: completion };
}

/** Returns how far all the invited lie below those who answered, as a share (0 to 1). */
export function shiftOf({ gap, answered }: NonResponse): number {
  return (gap / 100) * (1 - answered / 100);
}
