import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import { cellOf, roundedCount } from '../disclosure/disclosure.ts';
import { meanOf } from '../estimate/estimate.ts';
import type { IndicatorSet } from '../estimate/indicator.ts';
import type { QualityFinding } from '../estimate/quality.ts';
import type { AnswerReading } from '../estimate/tally.ts';
import { readingOf, sumUp } from '../estimate/tally.ts';
import type { Weighting } from '../estimate/weigh.ts';
import { DEFF_MAX } from '../estimate/weigh.ts';
import type { Wave } from '../wave/wave.ts';
import type { Earlier, IndicatorQuery, IndicatorResult } from './indicator-result.ts';
import { indicatorResult } from './indicator-result.ts';
import type { QuestionResult } from './question-result.ts';
import { noisyCounts, questionResult } from './question-result.ts';

/** The rules by which these numbers were made; another number is another method. */
export const METHOD = 1;

/** What people wrote to a question in a region. */
export type Texts = { readonly question: string; readonly region: string; readonly words: readonly string[] };

/** How many of those who were invited answered, in percent (AAPOR 2023): complete; broken off among those who began. */
export type ResponseRates = {
  readonly invited: number;
  readonly complete: number;
  readonly completion: number;
  readonly breakOff: number;
  readonly recruitment?: number;
  readonly cumulative?: number;
};

/** Everything that a wave says. Once it stands it stays: a correction is another wave's results with another method. */
export type WaveResults = {
  readonly method: number;
  readonly wave: string;
  readonly region: string;
  readonly answers: number | undefined;
  readonly weighting: Weighting;
  /** The weights alone make the numbers unfit. */
  readonly unfit: boolean;
  readonly indicators: readonly IndicatorResult[];
  readonly questions: readonly QuestionResult[];
  /** How many of those who began answered each question, percent; left out where too few were asked. */
  readonly dropOff: Readonly<Record<string, number>>;
  readonly rates: ResponseRates | undefined;
  readonly findings: readonly QualityFinding[];
  readonly texts: readonly Texts[];
  /** Counts of each answer with noise, for whoever publishes tables that anybody may combine (P11). */
  readonly noisy: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly composite?: { readonly points: number; readonly lo: number; readonly hi: number };
};

export type ResultsInput = Pick<WaveResults, 'findings' | 'rates' | 'dropOff' | 'texts'> & {
  readonly wave: Wave;
  readonly set: IndicatorSet;
  readonly sheets: readonly CountedSheet[];
  readonly weighting: Weighting;
  readonly regions: RegionTree;
  /** How many live in a region, by the census; 0 where it does not know. */
  readonly people: (region: string) => number;
  /** The oldest first. */
  readonly earlier: readonly Earlier[];
};

/** What a wave says, by the rules of disclosure, and the sums by which later ones are compared with it. */
export function resultsOf(making: ResultsInput): { readonly results: WaveResults; readonly sums: Earlier['sums'] } {
  const { wave, set, sheets, weighting, regions, people, earlier, findings, rates, dropOff, texts } = making;
  const { questionnaire, region } = wave;
  const unfit = weighting.deff > DEFF_MAX;
  const asked: IndicatorQuery = { region, questionnaire, sheets, raked: weighting.raked, regions, people, earlier };
  const found = unfit ? [] : set.indicators.flatMap((indicator) => indicatorResult(indicator, asked) ?? []);
  const questions = unfit
    ? []
    : questionnaire.questions.flatMap((question) => questionResult(question, sheets, set.indicators) ?? []);
  const composite = unfit ? undefined : compositeOf(making);
  const results: WaveResults = {
    method: METHOD,
    wave: wave.id,
    region,
    answers: roundedCount(sheets.length),
    weighting: { raked: weighting.raked, deff: Number(weighting.deff.toFixed(2)) },
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

/** 模拟评分: the indicators' weighted sum of each sheet that answered them all, in points of 100. */
function compositeOf({ set, wave, sheets }: ResultsInput): WaveResults['composite'] {
  const parts = set.indicators.flatMap((indicator) => {
    const reading = indicator.weight === undefined ? undefined : readingOf(indicator, wave.questionnaire);
    return reading ? [{ reading, weight: indicator.weight ?? 0 }] : [];
  });
  const total = parts.reduce((all, { weight }) => all + weight, 0);
  if (parts.length < 2 || total === 0) return undefined;
  const reading: AnswerReading = (answers) => {
    const values = parts.map((part) => part.reading(answers));
    return values.some((value) => value === undefined)
      ? undefined
      : values.reduce<number>((all, value, i) => all + ((value ?? 0) * (parts[i]?.weight ?? 0)) / total, 0);
  };
  const shown = cellOf(meanOf(sumUp(sheets, reading)));
  return shown.type === 'shown' ? { points: shown.percent, lo: shown.lo, hi: shown.hi } : undefined;
}
