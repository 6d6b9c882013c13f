import type { SurveyResponse } from '../ballot/response.ts';
import type { EarlierWave } from './indicator-comparison.ts';
import type { WaveResults } from './results.ts';

/** Everything that a counted wave keeps. */
export type CountedWave = {
  readonly responses: readonly SurveyResponse[];
  readonly results: WaveResults;
};

/** The same as stored: each part as JSON. */
export type CountedTexts = Readonly<Record<keyof CountedWave, string>>;

export function textsOf({ responses, results }: CountedWave): CountedTexts {
  return { responses: JSON.stringify(responses), results: JSON.stringify(results) };
}

/** Reads the stored results of earlier waves. Later waves compare with what was disclosed, and with nothing else. */
export function readEarlierWaves(texts: readonly string[]): readonly EarlierWave[] {
  return texts.map((text) => {
    const { indicators, questions, weighting } = JSON.parse(text) as WaveResults; // written by keepCounted
    return { indicators, questions, raked: weighting.raked };
  });
}
