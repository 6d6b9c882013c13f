import type { Item, Standard } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import type { Round } from '../rounds/round.ts';

/** ★ items that are not met: computed ones by their own condition, the others by the checkers. */
export function failedStars({ claims, checks, evidence }: Round, { items }: Standard): readonly Item[] {
  return items.filter((item) => {
    if (!item.critical) return false;
    if (!isChecked(item)) {
      return evidence[item.no]?.starMet !== true;
    }
    const mark = checks[item.no] ?? claims[item.no];
    return mark !== 'full' && mark !== 'na';
  });
}

/** Items that were not met in full when the checkers looked, or that the claim itself leaves open. */
export function gapsOf(round: Round, standard: Standard): readonly Item[] {
  const failed = new Set(failedStars(round, standard).map(({ no }) => no));
  return standard.items.filter((item) => {
    if (failed.has(item.no)) return true;
    if (!isChecked(item)) return false;
    const mark = round.checks[item.no] ?? round.claims[item.no];
    return mark === 'half' || mark === 'none';
  });
}
