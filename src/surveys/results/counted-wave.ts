import type { SurveyResponse } from '../ballot/response.ts';
import type { EarlierWave } from './indicator-comparison.ts';
import type { WaveResults } from './results.ts';

/** Sums by indicator and region, with which later waves compare. Unlike results, they are never disclosed. */
export type KeptSums = Pick<EarlierWave, 'raked' | 'sums'>;

/** Everything that a counted wave keeps. */
export type CountedWave = {
  readonly responses: readonly SurveyResponse[];
  readonly results: WaveResults;
  readonly sums: KeptSums;
};

/** The same as stored: each part as JSON. */
export type CountedTexts = Readonly<Record<keyof CountedWave, string>>;

export function textsOf({ responses, results, sums }: CountedWave): CountedTexts {
  return { responses: JSON.stringify(responses), results: JSON.stringify(results), sums: JSON.stringify(sums) };
}

/** Results and sums of an earlier wave, as stored. */
export type EarlierTexts = Pick<CountedTexts, 'results' | 'sums'>;

/** Reads the texts of earlier waves. */
export function readEarlierWaves(texts: readonly EarlierTexts[]): readonly EarlierWave[] {
  return texts.map(({ results, sums }) => {
    const { indicators, questions } = JSON.parse(results) as WaveResults; // written by keepCounted
    return { indicators, questions, ...(JSON.parse(sums) as KeptSums) }; // written by keepCounted
  });
}
