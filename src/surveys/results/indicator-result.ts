import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import { cellOf, RULES } from '../disclosure/disclosure.ts';
import type { NamedGrid } from '../disclosure/suppress-tables.ts';
import { suppressTables } from '../disclosure/suppress-tables.ts';
import type { Attainment, Direction, Rank } from '../estimate/compare.ts';
import { attainmentOf, changeOf, ranksOf, realChanges, trendOf } from '../estimate/compare.ts';
import type { Estimate, Sums } from '../estimate/estimate.ts';
import { estimateOf, meanOf, noSums } from '../estimate/estimate.ts';
import type { Indicator } from '../estimate/indicator.ts';
import { kornGraubard } from '../estimate/intervals.ts';
import type { AnswerReading, Dimension, Tally } from '../estimate/tally.ts';
import { DIMENSIONS, GROUPS, readingOf, sumUp, tally } from '../estimate/tally.ts';
import type { Questionnaire, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { unitsUnder } from '../survey-regions.ts';

/** A change against the wave before, in points, and what may be said of it. */
export type IndicatorChange = {
  readonly direction: Direction;
  readonly points: number;
  readonly lo: number;
  readonly hi: number;
};

/** One indicator as anybody may see it. */
export type IndicatorResult = {
  readonly code: string;
  /** By region, and by `<region>|<dimension> <category>`: one thing at a time. */
  readonly cells: Readonly<Record<string, DisclosedNumber>>;
  /** The exact interval of the whole (Korn & Graubard), percent. */
  readonly exact?: { readonly lo: number; readonly hi: number };
  /** The same with the middle box counted as good, or without it. */
  readonly wide?: DisclosedNumber;
  readonly narrow?: DisclosedNumber;
  /** Better less worse, in points. */
  readonly net?: { readonly points: number; readonly lo: number; readonly hi: number };
  /** Who had no opinion. */
  readonly noOpinion: DisclosedNumber;
  /** Without the sheets that look doubtful, where that tells nothing of them. */
  readonly unflagged?: DisclosedNumber;
  readonly attainment?: Readonly<Record<string, Attainment>>;
  readonly ranks?: Readonly<Record<string, Rank>>;
  /** Against the wave before. */
  readonly changes?: Readonly<Record<string, IndicatorChange>>;
  readonly trend?: Direction;
};

/** An earlier wave: what it showed, and the sums behind that, by indicator and region. */
export type Earlier = {
  readonly indicators: readonly IndicatorResult[];
  readonly raked: boolean;
  readonly sums: Readonly<Record<string, Readonly<Record<string, Sums>>>>;
};

/** What an indicator is worked out from. */
export type IndicatorQuery = {
  readonly region: string;
  readonly questionnaire: Questionnaire;
  readonly sheets: readonly CountedSheet[];
  readonly raked: boolean;
  readonly regions: RegionTree;
  /** How many live in a region; 0 where nobody knows. */
  readonly people: (region: string) => number;
  /** The oldest first. */
  readonly earlier: readonly Earlier[];
};

/** What one indicator says, and the sums by which later waves are compared with it; undefined where it is not asked. */
export function indicatorResult(
  indicator: Indicator,
  asked: IndicatorQuery,
): { readonly result: IndicatorResult; readonly sums: Readonly<Record<string, Sums>> } | undefined {
  const { region, questionnaire, sheets, regions, people } = asked;
  const reading = readingOf(indicator, questionnaire);
  const question = questionnaire.questions.find(({ code }) => code === indicator.question);
  if (!reading || !question) return undefined;
  const noOpinion = cellOf(estimateOf(sumUp(sheets, (answers) => noOpinionIn(question, answers[question.code]))));
  const head = { code: indicator.code, noOpinion };
  if (indicator.kind === 'net') {
    const net = netIn(indicator, sheets, reading);
    return { result: { ...head, cells: {}, ...(net ? { net } : {}) }, sums: {} };
  }
  const sums = tally(sheets, reading, regions);
  const at = estimator(indicator, sums, people);
  const cells = suppressTables(gridsOf(at, region, regions));
  const isShown = (name: string) => cells.get(name)?.type === 'shown';
  const shown = [region, ...unitsUnder(region, regions)].filter(isShown);
  const result: IndicatorResult = {
    ...head,
    cells: Object.fromEntries(cells),
    ...(isShown(region) && indicator.kind === 'proportion' ? { exact: exactOf(at(region)) } : {}),
    ...besides('wide', indicator, asked),
    ...besides('narrow', indicator, asked),
    ...unflagged(reading, sheets),
    ...attained(indicator, shown, at),
    ...ranked(
      shown.filter((one) => one !== region),
      at,
    ),
    ...changed(indicator, shown, at, asked),
    ...(isShown(region) ? trended(indicator, at(region), asked) : {}),
  };
  const kept = shown.map((one) => [one, sums.get(one)?.[0] ?? noSums()] as const);
  return { result, sums: Object.fromEntries(kept) };
}

type EstimateAt = (region: string, group?: string) => Estimate;

function estimator({ kind }: Indicator, sums: Tally, people: IndicatorQuery['people']): EstimateAt {
  return (region, group = 'all') => {
    const all = group === 'all' ? people(region) : 0;
    return estimateBy(kind, sums.get(region)?.[GROUPS.indexOf(group)] ?? noSums(), all || undefined);
  };
}

function estimateBy(kind: Indicator['kind'], sums: Sums, people?: number): Estimate {
  return kind === 'mean' ? meanOf(sums) : estimateOf(sums, people);
}

function exactOf({ p, nEff }: Estimate): NonNullable<IndicatorResult['exact']> {
  const { lo, hi } = kornGraubard(p, nEff);
  return { lo: Number((100 * lo).toFixed(1)), hi: Number((100 * hi).toFixed(1)) };
}

/** Tables that share their sums: each region with those below it, by one dimension at a time. */
function gridsOf(at: EstimateAt, region: string, regions: RegionTree): readonly NamedGrid[] {
  const below = unitsUnder(region, regions);
  const rows = [...below, region];
  const own = (Object.keys(DIMENSIONS) as Dimension[]).map((dimension): NamedGrid => {
    const groups = [...GROUPS.filter((group) => group.startsWith(`${dimension} `)), 'all'];
    return {
      names: rows.map((row) => groups.map((group) => indicatorName(row, group))),
      cells: rows.map((row) => groups.map((group) => at(row, group))),
    };
  });
  return [...own, ...below.flatMap((unit) => (unitsUnder(unit, regions).length > 0 ? gridsOf(at, unit, regions) : []))];
}

function indicatorName(region: string, group: string): string {
  return group === 'all' ? region : `${region}|${group}`;
}

/** 1 for who had no opinion, 0 for who had one; nothing for who was not asked or for whom it does not apply. */
function noOpinionIn({ options = [] }: SurveyQuestion, given: CountedSheet['answers'][string]): number | undefined {
  if (!Array.isArray(given)) return undefined;
  const role = options.find(({ code }) => code === given[0])?.role;
  return role === 'not_applicable' ? undefined : role === 'dont_know' ? 1 : 0;
}

/** The widest interval of a net share that says anything: its scale is twice as long. */
const NET_WIDTH_MAX = 2 * RULES.widthMax;

/** Better less worse, by the same rules: enough answers, a narrow interval, and three at least on each side and between. */
function netIn(
  { against = [], numerator = [], question }: Indicator,
  sheets: readonly CountedSheet[],
  reading: AnswerReading,
): IndicatorResult['net'] {
  const { n, nEff, p, lo, hi } = meanOf(sumUp(sheets, reading), -1);
  const count = (codes: readonly string[]) =>
    sheets.filter(({ answers }) => codes.includes(answers[question]?.[0] ?? '')).length;
  const [better, worse] = [count(numerator), count(against)];
  if (n < RULES.answersMin || nEff < RULES.effectiveMin || hi - lo >= NET_WIDTH_MAX) return undefined;
  if (Math.min(better, worse, n - better - worse) < RULES.otherSideMin) return undefined;
  return { points: points(p), lo: points(lo), hi: points(hi) };
}

/** The same question counted wider or narrower: only where neither the difference nor the rest is a handful of people. */
function besides(
  name: 'wide' | 'narrow',
  indicator: Indicator,
  { questionnaire, sheets }: IndicatorQuery,
): Partial<IndicatorResult> {
  const reading = indicator[name] && readingOf(indicator, questionnaire, indicator[name]);
  const own = readingOf(indicator, questionnaire);
  if (!reading || !own) return {};
  const [sums, base] = [sumUp(sheets, reading), sumUp(sheets, own)];
  const handful = [Math.abs(sums.above - base.above), sums.below, base.below, base.above, sums.above];
  if (Math.min(...handful) < RULES.otherSideMin) return {};
  return { [name]: cellOf(estimateOf(sums)) };
}

/** The difference of two headlines would tell on the few sheets between them. */
function unflagged(reading: AnswerReading, sheets: readonly CountedSheet[]): Partial<IndicatorResult> {
  const clean = sumUp(
    sheets.filter(({ flags }) => flags.length === 0),
    reading,
  );
  const all = sumUp(sheets, reading);
  return all.n - clean.n < RULES.hiddenMin ? {} : { unflagged: cellOf(estimateOf(clean)) };
}

function attained({ threshold }: Indicator, shown: readonly string[], at: EstimateAt): Partial<IndicatorResult> {
  if (threshold === undefined) return {};
  return {
    attainment: Object.fromEntries(shown.map((region) => [region, attainmentOf(at(region), threshold)] as const)),
  };
}

function ranked(units: readonly string[], at: EstimateAt): Partial<IndicatorResult> {
  const known = units.map((unit) => [unit, at(unit)] as const).filter(([, { nEff }]) => nEff >= RULES.rankMin);
  if (known.length < 2) return {};
  const ranks = ranksOf(known.map(([, estimate]) => estimate));
  return { ranks: Object.fromEntries(known.map(([unit], i) => [unit, ranks[i] ?? { from: 1, to: known.length }])) };
}

/** Against the wave before, where both waves show the region and were weighted alike. */
function changed(
  indicator: Indicator,
  shown: readonly string[],
  at: EstimateAt,
  { earlier, raked }: IndicatorQuery,
): Partial<IndicatorResult> {
  const before = earlier.at(-1);
  if (!before || before.raked !== raked) return {};
  const pairs = shown.flatMap((region) => {
    const older = earlierAt(before, indicator, region);
    return older ? [{ region, newer: at(region), older }] : [];
  });
  const directions = realChanges(pairs);
  const changes = pairs.map(({ region, newer, older }, i): readonly [string, IndicatorChange] => {
    const { p, lo, hi, direction } = changeOf(newer, older);
    // A word needs both: no chance among many, and an interval that leaves out 0.
    const said = directions[i] === direction ? direction : 'no_difference';
    return [region, { direction: said, points: points(p), lo: points(lo), hi: points(hi) }];
  });
  return { changes: Object.fromEntries(changes) };
}

/** What an earlier wave showed of a region; what it kept back stays kept back. */
function earlierAt({ indicators, sums }: Earlier, { code, kind }: Indicator, region: string): Estimate | undefined {
  const shown = indicators.find((one) => one.code === code)?.cells[region];
  const kept = sums[code]?.[region];
  return shown?.type === 'shown' && kept ? estimateBy(kind, kept) : undefined;
}

/** Fewer waves than this are no trend. */
const TREND_MIN = 4;

function trended(
  indicator: Indicator,
  now: Estimate,
  { earlier, region, raked }: IndicatorQuery,
): Partial<IndicatorResult> {
  if (indicator.kind !== 'proportion') return {};
  const before = earlier.filter((one) => one.raked === raked).flatMap((one) => earlierAt(one, indicator, region) ?? []);
  return before.length + 1 < TREND_MIN ? {} : { trend: trendOf([...before, now]).direction };
}

function points(share: number): number {
  return Math.round(100 * share);
}
