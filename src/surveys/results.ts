import type { RegionTree } from '../regions/region-tree.ts';
import type { Attainment, Direction, Rank } from './compare.ts';
import { attainmentOf, changeOf, ranksOf, realChanges, trendOf } from './compare.ts';
import type { Shown } from './disclosure.ts';
import { cellOf, RULES, roundedCount } from './disclosure.ts';
import type { Estimate } from './estimate.ts';
import { add, estimateOf, netOf, noSums } from './estimate.ts';
import type { Indicator, IndicatorSet } from './indicator.ts';
import { kornGraubard } from './intervals.ts';
import { withNoise } from './noise.ts';
import type { NamedGrid } from './protect.ts';
import { protect } from './protect.ts';
import type { Finding } from './quality.ts';
import type { Questionnaire, SurveyQuestion } from './questionnaire.ts';
import type { Response } from './response.ts';
import type { Dimension, Reading, Tally } from './tally.ts';
import { DIMENSIONS, GROUPS, readingOf, sumUp, tally } from './tally.ts';
import type { Wave } from './wave.ts';
import type { Weighting } from './weigh.ts';
import { DEFF_MAX } from './weigh.ts';

/** The rules by which these numbers were made; another number is another method. */
export const METHOD = 1;

/** A change against the wave before, in points, and what may be said of it. */
export type Change = {
  readonly direction: Direction;
  readonly points: number;
  readonly lo: number;
  readonly hi: number;
};

/** One indicator as anybody may see it. */
export type IndicatorResult = {
  readonly code: string;
  /** By region, and by `<region>|<dimension> <category>`: one thing at a time. */
  readonly cells: Readonly<Record<string, Shown>>;
  /** The exact interval of the whole (Korn & Graubard), percent. */
  readonly exact?: { readonly lo: number; readonly hi: number };
  /** The same with the middle box counted as good, or without it. */
  readonly wide?: Shown;
  readonly narrow?: Shown;
  /** Better less worse, in points. */
  readonly net?: { readonly points: number; readonly lo: number; readonly hi: number };
  /** Who had no opinion. */
  readonly noOpinion: Shown;
  /** Without the sheets that look doubtful, where that tells nothing of them. */
  readonly unflagged?: Shown;
  readonly attainment?: Readonly<Record<string, Attainment>>;
  readonly ranks?: Readonly<Record<string, Rank>>;
  /** Against the wave before. */
  readonly changes?: Readonly<Record<string, Change>>;
  readonly trend?: Direction;
};

/** The answers to one question, each with its share. */
export type QuestionResult = {
  readonly code: string;
  readonly options: readonly { readonly code: string; readonly share: Shown }[];
};

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
  /** How many of those who began answered each question, percent; undefined: too few began. */
  readonly dropOff: Readonly<Record<string, number>> | undefined;
  readonly rates: ResponseRates | undefined;
  readonly findings: readonly Finding[];
  readonly texts: readonly Texts[];
  /** Counts of each answer with noise, drawn once, for whoever publishes tables that anybody may combine (P11). */
  readonly noisy: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly composite?: { readonly points: number; readonly lo: number; readonly hi: number };
};

/** Earlier answers that a wave is compared with, the oldest first. */
export type Earlier = { readonly responses: readonly Response[]; readonly questionnaire: Questionnaire };

export type Making = {
  readonly wave: Wave;
  readonly set: IndicatorSet;
  readonly responses: readonly Response[];
  readonly weighting: Weighting;
  readonly regions: RegionTree;
  readonly earlier: readonly Earlier[];
  readonly findings: readonly Finding[];
  readonly rates: ResponseRates | undefined;
  readonly dropOff: Readonly<Record<string, number>> | undefined;
  readonly texts: readonly Texts[];
};

/** What a wave says, by the rules of disclosure. */
export function resultsOf(making: Making): WaveResults {
  const { wave, set, responses, weighting, findings, rates, dropOff, texts } = making;
  const unfit = weighting.deff > DEFF_MAX;
  const composite = unfit ? undefined : compositeOf(making);
  return {
    method: METHOD,
    wave: wave.id,
    region: wave.region,
    answers: roundedCount(responses.length),
    weighting: { raked: weighting.raked, deff: Number(weighting.deff.toFixed(2)) },
    unfit,
    indicators: unfit ? [] : set.indicators.flatMap((indicator) => resultOf(indicator, making) ?? []),
    questions: unfit
      ? []
      : wave.questionnaire.questions.flatMap((question) => questionResult(question, responses) ?? []),
    dropOff,
    rates,
    findings,
    texts,
    noisy: noisyCounts(wave.questionnaire, responses),
    ...(composite ? { composite } : {}),
  };
}

function resultOf(indicator: Indicator, making: Making): IndicatorResult | undefined {
  const { wave, responses, regions, earlier } = making;
  const reading = readingOf(indicator, wave.questionnaire);
  const question = wave.questionnaire.questions.find(({ code }) => code === indicator.question);
  if (!reading || !question) return undefined;
  const sums = tally(responses, reading, regions);
  const whole = estimateIn(sums, wave.region);
  const noOpinion = cellOf(estimateOf(sumUp(responses, (answers) => noOpinionIn(question, answers[question.code]))));
  if (indicator.kind === 'net') {
    const { p, lo, hi } = netOf(sums.get(wave.region)?.[0] ?? noSums());
    // What of it is shown follows the share of those who had an opinion at all.
    const shown = cellOf({ ...whole, p: 0.5, lo: 0.5 + lo / 2 - p / 2, hi: 0.5 + hi / 2 - p / 2 }).type === 'shown';
    return {
      code: indicator.code,
      cells: {},
      noOpinion,
      ...(shown ? { net: { points: points(p), lo: points(lo), hi: points(hi) } } : {}),
    };
  }
  const cells = protect(gridsOf(sums, wave.region, regions));
  const isShown = (name: string) => cells.get(name)?.type === 'shown';
  const units = unitsUnder(wave.region, regions).filter((unit) => isShown(unit));
  const before = earlier.at(-1);
  const changes = before ? changesOf(indicator, sums, before, [wave.region, ...units], regions) : undefined;
  const trend = isShown(wave.region)
    ? trendIn(indicator, [...earlier, { responses, questionnaire: wave.questionnaire }], wave.region, regions)
    : undefined;
  const { threshold } = indicator;
  return {
    code: indicator.code,
    cells: Object.fromEntries(cells),
    noOpinion,
    ...(isShown(wave.region) ? { exact: exactOf(whole) } : {}),
    ...alsoWith('wide', indicator.wide, indicator, making),
    ...alsoWith('narrow', indicator.narrow, indicator, making),
    ...unflagged(reading, making),
    ...(threshold === undefined
      ? {}
      : {
          attainment: Object.fromEntries(
            [wave.region, ...units]
              .filter(isShown)
              .map((unit) => [unit, attainmentOf(estimateIn(sums, unit), threshold)] as const),
          ),
        }),
    ...ranked(units, sums),
    ...(changes ? { changes } : {}),
    ...(trend ? { trend } : {}),
  };
}

function exactOf({ p, nEff }: Estimate): NonNullable<IndicatorResult['exact']> {
  const { lo, hi } = kornGraubard(p, nEff);
  return { lo: Number((100 * lo).toFixed(1)), hi: Number((100 * hi).toFixed(1)) };
}

/** Tables that share their sums: each region with those below it, by one dimension at a time. */
function gridsOf(sums: Tally, region: string, regions: RegionTree): readonly NamedGrid[] {
  const below = unitsUnder(region, regions);
  const rows = [...below, region];
  const own = (Object.keys(DIMENSIONS) as Dimension[]).map((dimension): NamedGrid => {
    const groups = [...GROUPS.filter((group) => group.startsWith(`${dimension} `)), 'all'];
    return {
      names: rows.map((row) => groups.map((group) => nameOf(row, group))),
      cells: rows.map((row) => groups.map((group) => estimateIn(sums, row, group))),
    };
  });
  return [
    ...own,
    ...below.flatMap((unit) => (unitsUnder(unit, regions).length > 0 ? gridsOf(sums, unit, regions) : [])),
  ];
}

/** The next regions below that are shown by themselves: nothing smaller than a street. */
export function unitsUnder(region: string, regions: RegionTree): readonly string[] {
  const districts = regions.within(region, 'district').filter((id) => id !== region);
  if (districts.length > 0) return districts;
  return regions.within(region, 'street').filter((id) => id !== region);
}

export function nameOf(region: string, group: string): string {
  return group === 'all' ? region : `${region}|${group}`;
}

function estimateIn(sums: Tally, region: string, group = 'all'): Estimate {
  return estimateOf(sums.get(region)?.[GROUPS.indexOf(group)] ?? noSums());
}

/** 1 for who had no opinion, 0 for who had one; nothing for who was not asked or for whom it does not apply. */
function noOpinionIn({ options = [] }: SurveyQuestion, given: Response['answers'][string]): number | undefined {
  if (!Array.isArray(given)) return undefined;
  const role = options.find(({ code }) => code === given[0])?.role;
  return role === 'not_applicable' ? undefined : role === 'dont_know' ? 1 : 0;
}

function alsoWith(
  name: 'wide' | 'narrow',
  numerator: readonly string[] | undefined,
  indicator: Indicator,
  { wave, responses }: Making,
): Partial<IndicatorResult> {
  const reading = numerator && readingOf(indicator, wave.questionnaire, numerator);
  return reading ? { [name]: cellOf(estimateOf(sumUp(responses, reading))) } : {};
}

/** The difference of two headlines would tell on the few sheets between them. */
function unflagged(reading: Reading, { responses }: Making): Partial<IndicatorResult> {
  const clean = responses.filter(({ flags }) => flags.length === 0);
  if (responses.length - clean.length < RULES.hiddenMin) return {};
  return { unflagged: cellOf(estimateOf(sumUp(clean, reading))) };
}

function ranked(units: readonly string[], sums: Tally): Partial<IndicatorResult> {
  const known = units
    .map((unit) => [unit, estimateIn(sums, unit)] as const)
    .filter(([, { nEff }]) => nEff >= RULES.rankMin);
  if (known.length < 2) return {};
  const ranks = ranksOf(known.map(([, estimate]) => estimate));
  return { ranks: Object.fromEntries(known.map(([unit], i) => [unit, ranks[i] ?? { from: 1, to: known.length }])) };
}

function changesOf(
  indicator: Indicator,
  now: Tally,
  before: Earlier,
  regionsShown: readonly string[],
  regions: RegionTree,
): Readonly<Record<string, Change>> | undefined {
  const reading = readingOf(indicator, before.questionnaire);
  if (!reading) return undefined;
  const then = tally(before.responses, reading, regions);
  const pairs = regionsShown
    .map((region) => ({ region, newer: estimateIn(now, region), older: estimateIn(then, region) }))
    .filter(({ older }) => cellOf(older).type === 'shown');
  const directions = realChanges(pairs);
  return Object.fromEntries(
    pairs.map(({ region, newer, older }, i): readonly [string, Change] => {
      const { p, lo, hi } = changeOf(newer, older);
      return [
        region,
        { direction: directions[i] ?? 'no_difference', points: points(p), lo: points(lo), hi: points(hi) },
      ];
    }),
  );
}

/** Fewer waves than this are no trend. */
const TREND_MIN = 4;

function trendIn(
  indicator: Indicator,
  waves: readonly Earlier[],
  region: string,
  regions: RegionTree,
): Direction | undefined {
  if (waves.length < TREND_MIN || indicator.kind !== 'proportion') return undefined;
  const estimates = waves.flatMap(({ responses, questionnaire }) => {
    const reading = readingOf(indicator, questionnaire);
    return reading ? [estimateIn(tally(responses, reading, regions), region)] : [];
  });
  return estimates.length < TREND_MIN || estimates.some((one) => cellOf(one).type !== 'shown')
    ? undefined
    : trendOf(estimates).direction;
}

function questionResult(question: SurveyQuestion, responses: readonly Response[]): QuestionResult | undefined {
  const { code, options } = question;
  if (!options) return undefined;
  // In one pass: whoever answered counts for every option, and for those that they chose besides.
  const answered = noSums();
  const chosen = new Map(options.map((option) => [option.code, noSums()]));
  for (const { answers, weight } of responses) {
    const given = answers[code];
    if (!Array.isArray(given)) continue;
    add(answered, 0, weight);
    for (const one of given) {
      const sums = chosen.get(one);
      if (sums) add(sums, 1, weight);
    }
  }
  const shares = [...chosen].map(([option, { n, wy, wwy }]) => ({
    code: option,
    share: cellOf(estimateOf({ ...answered, above: n, below: answered.n - n, wy, wwy, wwyy: wwy })),
  }));
  return { code, options: guarded(shares) };
}

/** Of questions with one answer each: their cells do not overlap, so that one person changes one of them by one. */
function noisyCounts({ questions }: Questionnaire, responses: readonly Response[]): WaveResults['noisy'] {
  const single = questions.filter(({ type }) => type === 'single' || type === 'scale');
  return Object.fromEntries(
    single.map(({ code, options = [] }) => {
      const counts = new Map(options.map((option) => [option.code, 0]));
      for (const { answers } of responses) {
        const given = answers[code]?.[0];
        const before = given === undefined ? undefined : counts.get(given);
        if (given !== undefined && before !== undefined) counts.set(given, before + 1);
      }
      const noisy = withNoise([...counts.values()]);
      return [code, Object.fromEntries([...counts.keys()].map((option, i) => [option, noisy[i] ?? 0]))] as const;
    }),
  );
}

/** Shares of one whole: where one alone is withheld it would follow from the others. */
function guarded(
  shares: readonly { readonly code: string; readonly share: Shown }[],
): readonly { readonly code: string; readonly share: Shown }[] {
  const hidden = shares.filter(({ share }) => share.type === 'withheld');
  if (hidden.length !== 1) return shares;
  const size = (share: Shown) => (share.type === 'shown' ? share.percent : 100);
  const [smallest] = shares
    .filter(({ share }) => share.type !== 'withheld')
    .toSorted((a, b) => size(a.share) - size(b.share));
  return shares.map((one) =>
    one === smallest ? { code: one.code, share: { type: 'withheld', why: 'protects_others' } as const } : one,
  );
}

/** 模拟评分: the indicators' weighted sum of each sheet that answered them all, in points of 100. */
function compositeOf({ set, wave, responses }: Making): WaveResults['composite'] {
  const parts = set.indicators.flatMap((indicator) => {
    const reading = indicator.weight === undefined ? undefined : readingOf(indicator, wave.questionnaire);
    return reading ? [{ reading, weight: indicator.weight ?? 0 }] : [];
  });
  const total = parts.reduce((all, { weight }) => all + weight, 0);
  if (parts.length < 2 || total === 0) return undefined;
  const reading: Reading = (answers) => {
    const values = parts.map((part) => part.reading(answers));
    return values.some((value) => value === undefined)
      ? undefined
      : values.reduce<number>((all, value, i) => all + ((value ?? 0) * (parts[i]?.weight ?? 0)) / total, 0);
  };
  const shown = cellOf(estimateOf(sumUp(responses, reading)));
  return shown.type === 'shown' ? { points: shown.percent, lo: shown.lo, hi: shown.hi } : undefined;
}

function points(share: number): number {
  return Math.round(100 * share);
}
