import type { Item, Standard } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import type { Mark } from '../../inspections/visits/read-marks.ts';
import type { Round } from '../rounds/round.ts';
import { countedMark } from './counted-mark.ts';

/** ★ items that are not met: computed ones by their own condition, the others by the checkers. */
export function failedStars(round: Round, { items }: Standard): readonly Item[] {
  return items.filter((item) => {
    if (!item.critical) return false;
    if (!isChecked(item)) return round.evidence[item.no]?.starMet !== true;
    const mark = foundMark(item, round);
    return mark !== 'full' && mark !== 'na';
  });
}

/** Items that were not met in full when the checkers looked, or that the claim itself leaves open. */
export function gapsOf(round: Round, standard: Standard): readonly Item[] {
  const failed = new Set(failedStars(round, standard).map(({ no }) => no));
  return standard.items.filter((item) => {
    if (failed.has(item.no)) return true;
    if (!isChecked(item)) return false;
    const mark = foundMark(item, round);
    return mark === 'half' || mark === 'none';
  });
}

/** What the checkers found, else what the contact claims, as far as it counts. */
function foundMark(item: Item, round: Round): Mark | undefined {
  return countedMark(item, round.checks[item.no] ?? round.claims[item.no], round);
}
