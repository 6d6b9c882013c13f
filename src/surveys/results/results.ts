import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import { roundedCount } from '../disclosure/disclosure.ts';
import type { IndicatorSet } from '../estimate/indicator.ts';
import type { QualityFinding } from '../estimate/quality.ts';
import type { Weighting } from '../estimate/weigh.ts';
import { DEFF_MAX } from '../estimate/weigh.ts';
import type { Wave } from '../wave/wave.ts';
import type { CompositeScore } from './composite-score.ts';
import { compositeScores } from './composite-score.ts';
import type { EarlierWave } from './indicator-comparison.ts';
import type { IndicatorInput, IndicatorResult } from './indicator-result.ts';
import { indicatorResult } from './indicator-result.ts';
import type { QuestionResult } from './question-result.ts';
import { noisyCounts, questionResult } from './question-result.ts';

/** The version of the method by which results are computed. */
export const METHOD = 3;

/** The written answers to a text question in a region. */
export type WrittenAnswers = { readonly question: string; readonly region: string; readonly words: readonly string[] };

/** Response rates of the invited, percent (AAPOR 2023). `invited` and `complete` are rounded counts. */
export type ResponseRates = {
  readonly invited: number;
  readonly complete: number;
  readonly completion: number;
  /** Of those who began, the share without a valid ballot. */
  readonly breakOff: number;
  readonly recruitment?: number;
  readonly cumulative?: number;
};

/** All disclosed results of a wave. They never change; a correction is another wave's results with another METHOD. */
export type WaveResults = {
  readonly method: number;
  readonly wave: string;
  readonly region: string;
  readonly answers: number | undefined;
  readonly weighting: Weighting;
  /** The design effect exceeds DEFF_MAX, so no numbers are shown. */
  readonly unfit: boolean;
  readonly indicators: readonly IndicatorResult[];
  readonly questions: readonly QuestionResult[];
  /** Per question, the share of people asked who reacted to it, percent; left out below thirty people. */
  readonly dropOff: Readonly<Record<string, number>>;
  readonly rates: ResponseRates | undefined;
  readonly findings: readonly QualityFinding[];
  readonly texts: readonly WrittenAnswers[];
  /** Counts per answer with noise, safe for publication in combinable tables (P11). */
  readonly noisy: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By region of the tables; left out where a region has none. */
  readonly composites?: Readonly<Record<string, CompositeScore>>;
  /** The score of the whole region in results of METHOD 2 and before. */
  readonly composite?: CompositeScore;
};

export type ResultsInput = Pick<WaveResults, 'findings' | 'rates' | 'dropOff' | 'texts'> & {
  readonly wave: Wave;
  readonly set: IndicatorSet;
  readonly sheets: readonly CountedSheet[];
  readonly weighting: Weighting;
  readonly regions: RegionTree;
  /** Inhabitants of a region in the census; 0 if the census does not count it. */
  readonly people: (region: string) => number;
  /** Oldest first. */
  readonly earlier: readonly EarlierWave[];
};

/** Computes the disclosed results of a wave. */
export function resultsOf(input: ResultsInput): WaveResults {
  const { wave, set, sheets, weighting, regions, people, earlier, findings, rates, dropOff, texts } = input;
  const { questionnaire, region } = wave;
  const { raked, deff } = weighting;
  const unfit = deff > DEFF_MAX;
  const completion = rates?.completion ?? 0;
  const asked = unfit ? [] : questionnaire.questions;
  const before = earlier.at(-1)?.questions;
  const questions = asked.flatMap((question) => questionResult(question, sheets, set.indicators, before) ?? []);
  const meansToHide = new Set(questions.flatMap(({ code, hidesMean }) => (hidesMean ? [code] : [])));
  const common: IndicatorInput = {
    region,
    questionnaire,
    sheets,
    raked,
    regions,
    people,
    completion,
    earlier,
    meansToHide,
  };
  const indicators = unfit ? [] : set.indicators.flatMap((indicator) => indicatorResult(indicator, common) ?? []);
  const composites = compositeScores({ indicators: set.indicators, results: indicators, regions });
  return {
    method: METHOD,
    wave: wave.id,
    region,
    answers: roundedCount(sheets.length),
    weighting: { ...weighting, deff: Number(deff.toFixed(1)) },
    unfit,
    indicators,
    questions,
    dropOff,
    rates,
    findings,
    texts,
    noisy: unfit ? {} : noisyCounts(questionnaire, sheets),
    composites,
  };
}
