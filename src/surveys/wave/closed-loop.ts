import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import type { Indicator, IndicatorSet } from '../estimate/indicator.ts';
import type { IndicatorChange } from '../results/indicator-result.ts';
import type { WaveResults } from '../results/results.ts';

/** Where an aim was surely missed: worth a campaign. */
export type Weakness = { readonly indicator: Indicator; readonly region: string; readonly shown: DisclosedNumber };

/** What became of a weakness of the wave before. */
export type AnsweredWeakness = Weakness & { readonly before: DisclosedNumber; readonly change: IndicatorChange };

/** More at once are no help to anybody. */
const PROPOSED_MAX = 3;

/** The weakest of the regions that missed an aim, by how far they lie below it; never what may be chance. */
export function weaknessesIn({ indicators }: WaveResults, set: IndicatorSet): readonly Weakness[] {
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

/** What the next wave says to the weaknesses that the one before had shown. */
export function answeredIn(now: WaveResults, before: WaveResults, set: IndicatorSet): readonly AnsweredWeakness[] {
  return weaknessesIn(before, set).flatMap(({ indicator, region, shown: was }): readonly AnsweredWeakness[] => {
    const result = now.indicators.find(({ code }) => code === indicator.code);
    const [shown, change] = [result?.cells[region], result?.changes?.[region]];
    return shown?.type === 'shown' && change ? [{ indicator, region, shown, before: was, change }] : [];
  });
}

function gapOf({ indicator, shown }: Weakness): number {
  return shown.type === 'shown' ? 100 * (indicator.threshold ?? 0) - shown.percent : 0;
}
