import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import { discloseCell, roundedCount } from '../disclosure/disclosure.ts';
import { meanOf } from '../estimate/estimate.ts';
import type { IndicatorSet } from '../estimate/indicator.ts';
import type { QualityFinding } from '../estimate/quality.ts';
import type { Measure } from '../estimate/tally.ts';
import { measureOf, sumUp } from '../estimate/tally.ts';
import type { Weighting } from '../estimate/weigh.ts';
import { DEFF_MAX } from '../estimate/weigh.ts';
import type { Wave } from '../wave/wave.ts';
import type { EarlierWave } from './indicator-comparison.ts';
import type { IndicatorInput, IndicatorResult } from './indicator-result.ts';
import { indicatorResult } from './indicator-result.ts';
import type { QuestionResult } from './question-result.ts';
import { noisyCounts, questionResult } from './question-result.ts';

/** The version of the method by which results are computed. */
export const METHOD = 2;

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
  readonly composite?: { readonly points: number; readonly lo: number; readonly hi: number };
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

/** Computes the disclosed results of a wave, and the sums for later comparison. */
export function resultsOf(input: ResultsInput): {
  readonly results: WaveResults;
  readonly sums: EarlierWave['sums'];
} {
  const { wave, set, sheets, weighting, regions, people, earlier, findings, rates, dropOff, texts } = input;
  const { questionnaire, region } = wave;
  const { raked, deff } = weighting;
  const unfit = deff > DEFF_MAX;
  const completion = rates?.completion ?? 0;
  const common: IndicatorInput = { region, questionnaire, sheets, raked, regions, people, completion, earlier };
  const found = unfit ? [] : set.indicators.flatMap((indicator) => indicatorResult(indicator, common) ?? []);
  const questions = unfit
    ? []
    : questionnaire.questions.flatMap((question) => questionResult(question, sheets, set.indicators) ?? []);
  const composite = unfit ? undefined : compositeScore(input);
  const results: WaveResults = {
    method: METHOD,
    wave: wave.id,
    region,
    answers: roundedCount(sheets.length),
    weighting: { ...weighting, deff: Number(deff.toFixed(2)) },
    unfit,
    indicators: found.map(({ result }) => result),
    questions,
    dropOff,
    rates,
    findings,
    texts,
    noisy: unfit ? {} : noisyCounts(questionnaire, sheets),
    ...(composite ? { composite } : {}),
  };
  return { results, sums: Object.fromEntries(found.map(({ result, sums }) => [result.code, sums])) };
}

/** Computes 模拟评分: the weighted sum of indicators over sheets that answer all of them, in points of 100. */
function compositeScore({ set, wave, sheets }: ResultsInput): WaveResults['composite'] {
  const parts = set.indicators.flatMap((indicator) => {
    const measure = indicator.weight === undefined ? undefined : measureOf(indicator, wave.questionnaire);
    return measure ? [{ measure, weight: indicator.weight ?? 0 }] : [];
  });
  const total = parts.reduce((all, { weight }) => all + weight, 0);
  if (parts.length < 2 || total === 0) return undefined;
  const measure: Measure = (answers) => {
    const values = parts.map((part) => part.measure(answers));
    return values.some((value) => value === undefined)
      ? undefined
      : values.reduce<number>((all, value, i) => all + ((value ?? 0) * (parts[i]?.weight ?? 0)) / total, 0);
  };
  const shown = discloseCell(meanOf(sumUp(sheets, measure)));
  return shown.type === 'shown' ? { points: shown.percent, lo: shown.lo, hi: shown.hi } : undefined;
}
