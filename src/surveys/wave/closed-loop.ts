import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import type { Indicator, IndicatorSet } from '../estimate/indicator.ts';
import type { IndicatorChange } from '../results/indicator-comparison.ts';
import type { WaveResults } from '../results/results.ts';

/** An indicator that significantly missed its threshold in a region. */
export type Weakness = { readonly indicator: Indicator; readonly region: string; readonly shown: DisclosedNumber };

/** A weakness of the wave before, with the share and change of this wave. */
export type FollowedUpWeakness = Weakness & { readonly before: DisclosedNumber; readonly change: IndicatorChange };

/** A wave proposes at most this many campaigns. */
const PROPOSED_MAX = 3;

/** Finds the largest gaps below a threshold; only those that are shown and not chance. */
export function findWeaknesses({ indicators }: WaveResults, set: IndicatorSet): readonly Weakness[] {
  const found = indicators.flatMap(({ code, cells, attainment = {} }) => {
    const indicator = set.indicators.find((one) => one.code === code);
    if (!indicator) return [];
    return Object.entries(attainment).flatMap(([region, { type }]): readonly Weakness[] => {
      const shown = cells[region];
      return type === 'missed' && shown?.type === 'shown' ? [{ indicator, region, shown }] : [];
    });
  });
  return found.toSorted((a, b) => gapOf(b) - gapOf(a)).slice(0, PROPOSED_MAX);
}

/** Finds what this wave measured for the weaknesses of the wave before. */
export function followUpWeaknesses(
  now: WaveResults,
  before: WaveResults,
  set: IndicatorSet,
): readonly FollowedUpWeakness[] {
  return findWeaknesses(before, set).flatMap(({ indicator, region, shown: was }): readonly FollowedUpWeakness[] => {
    const result = now.indicators.find(({ code }) => code === indicator.code);
    const [shown, change] = [result?.cells[region], result?.changes?.[region]];
    return shown?.type === 'shown' && change ? [{ indicator, region, shown, before: was, change }] : [];
  });
}

function gapOf({ indicator, shown }: Weakness): number {
  return shown.type === 'shown' ? 100 * (indicator.threshold ?? 0) - shown.percent : 0;
}
