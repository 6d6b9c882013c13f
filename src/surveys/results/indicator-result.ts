import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import { discloseCell, estimateShown, RULES, roundedCount, roundedTo, stepFor } from '../disclosure/disclosure.ts';
import type { LinkedTables, NamedTable } from '../disclosure/linked-tables.ts';
import { linkTables } from '../disclosure/linked-tables.ts';
import type { OneSheet } from '../disclosure/one-person.ts';
import { discloseAfter } from '../disclosure/one-person.ts';
import { suppressTables } from '../disclosure/suppress-tables.ts';
import type { Estimate, Sums } from '../estimate/estimate.ts';
import { estimateOf, meanOf, noSums } from '../estimate/estimate.ts';
import type { Indicator } from '../estimate/indicator.ts';
import { kornGraubard } from '../estimate/intervals.ts';
import type { Dimension, Measure, Tally } from '../estimate/tally.ts';
import { ALL, DIMENSIONS, GROUPS, measureOf, sumUp, tally } from '../estimate/tally.ts';
import type { Questionnaire, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { reportedUnits } from '../survey-regions.ts';
import type { EarlierWave, IndicatorComparison, NetShare } from './indicator-comparison.ts';
import { compareIndicator, estimateBy } from './indicator-comparison.ts';
import type { NonResponse } from './non-response.ts';
import { nonResponseOf, shiftOf } from './non-response.ts';

/** The disclosed result of one indicator. */
export type IndicatorResult = IndicatorComparison & {
  readonly code: string;
  /** By region, and by `<region>|<dimension> <category>` of one dimension at a time. */
  readonly cells: Readonly<Record<string, DisclosedNumber>>;
  /** The exact interval of the whole region (Korn & Graubard), percent. It stays in the store: it would undo the rounding. */
  readonly exact?: { readonly lo: number; readonly hi: number };
  /** The same question with the indicator's alternative numerators. */
  readonly wide?: DisclosedNumber;
  readonly narrow?: DisclosedNumber;
  /** The headline (percent) of all the invited, if those who did not answer were `gap` points less content. */
  readonly ifWorse?: NonResponse & { readonly percent: number };
  /** Share of better minus share of worse answers, in points. */
  readonly net?: NetShare;
  /** The share without an opinion. */
  readonly noOpinion: DisclosedNumber;
  /** Without flagged sheets; left out if the difference would reveal them. */
  readonly unflagged?: DisclosedNumber;
};

/** The input from which indicators are computed. */
export type IndicatorInput = {
  readonly region: string;
  readonly questionnaire: Questionnaire;
  readonly sheets: readonly CountedSheet[];
  readonly raked: boolean;
  readonly regions: RegionTree;
  /** Inhabitants of a region in the census; 0 if the census does not count it. */
  readonly people: (region: string) => number;
  /** The share of the invited who answered, percent; 0 if unknown. */
  readonly completion?: number;
  /** Oldest first. */
  readonly earlier: readonly EarlierWave[];
  /** Questions whose mean would reveal a withheld share of theirs. */
  readonly meansToHide?: ReadonlySet<string>;
};

/** Computes an indicator; undefined if its question is not asked. */
export function indicatorResult(indicator: Indicator, input: IndicatorInput): IndicatorResult | undefined {
  const { region, questionnaire, sheets, regions, people, raked, earlier } = input;
  const measure = measureOf(indicator, questionnaire);
  const question = questionnaire.questions.find(({ code }) => code === indicator.question);
  if (!measure || !question) return undefined;
  const before = earlier.at(-1)?.indicators.find(({ code }) => code === indicator.code);
  const opinions = sumUp(sheets, noOpinionOn(question));
  const noOpinion = discloseAfter(was(before?.noOpinion), [opinions], SHARES, ([sums]) => shareOf(sums));
  const head = { code: indicator.code, noOpinion };
  if (indicator.kind === 'net') {
    const net = netShare(indicator, input, measure, before && { was: before.net });
    return { ...head, cells: {}, ...(net ? { net } : {}) };
  }
  const sums = tally(sheets, measure, regions);
  const at = estimator(indicator, sums, people);
  const hidesMean = indicator.kind === 'mean' && input.meansToHide?.has(question.code);
  const kinds = indicator.kind === 'mean' ? (question.options ?? []).map(({ score = 0 }) => [score / 100]) : SHARES;
  const discloseOne = (estimate: Estimate, name: string): DisclosedNumber => {
    if (hidesMean && name === region) return { type: 'withheld', why: 'protects_others' };
    if (!before) return discloseCell(estimate);
    const [unit, group] = placeOf(name);
    return discloseAfter(was(before.cells[name]), [sums(unit, group)], kinds, ([one = noSums()]) =>
      discloseCell(at(unit, group, one)),
    );
  };
  const { tables, places } = tablesOf(region, regions);
  const estimates = places.map(([unit, group]) => at(unit, group));
  const cells = suppressTables(tables, estimates, discloseOne, before?.cells);
  const isShown = (name: string) => cells.get(name)?.type === 'shown';
  const shown = [region, ...reportedUnits(region, regions)].filter(isShown);
  const nonResponse = nonResponseOf(indicator.kind, measure, input);
  return {
    ...head,
    cells: Object.fromEntries(cells),
    ...(isShown(region) && indicator.kind === 'proportion' ? { exact: exactInterval(at(region)) } : {}),
    ...headlineIfWorse(cells.get(region), nonResponse),
    ...alternativeShare('wide', indicator, input, before),
    ...alternativeShare('narrow', indicator, input, before),
    ...unflaggedShare(measure, sheets, before),
    ...compareIndicator(indicator, {
      region,
      shown,
      at: (unit) => readEstimate(cells.get(unit)),
      raked,
      earlier,
      shift: shiftOf(nonResponse),
    }),
  };
}

type Before = EarlierWave['indicators'][number] | undefined;

/** The values that one sheet may add to a share. */
const SHARES: readonly OneSheet[] = [[1], [0]];

function was<T>(shown: T | undefined): { readonly was: T } | undefined {
  return shown && { was: shown };
}

function shareOf(sums = noSums()): DisclosedNumber {
  return discloseCell(estimateOf(sums));
}

function readEstimate(shown: DisclosedNumber | undefined): Estimate {
  return shown?.type === 'shown' ? estimateShown(shown) : estimateOf(noSums());
}

/** Estimates a cell, or other sums in its place. */
type EstimateAt = (region: string, group?: number, sums?: Sums) => Estimate;

function estimator({ kind }: Indicator, sums: Tally, people: IndicatorInput['people']): EstimateAt {
  return (region, group = ALL, own = sums(region, group)) => {
    const all = group === ALL ? people(region) : 0;
    return estimateBy(kind, own, all || undefined);
  };
}

function exactInterval({ p, nEff }: Estimate): NonNullable<IndicatorResult['exact']> {
  const { lo, hi } = kornGraubard(p, nEff);
  return { lo: Number((100 * lo).toFixed(1)), hi: Number((100 * hi).toFixed(1)) };
}

/** Shifts the disclosed headline only, so that the shifted one reveals no more. */
function headlineIfWorse(shown: DisclosedNumber | undefined, nonResponse: NonResponse): Partial<IndicatorResult> {
  if (shown?.type !== 'shown') return {};
  return { ifWorse: { ...nonResponse, percent: Math.max(0, Math.round(shown.percent - 100 * shiftOf(nonResponse))) } };
}

/** The tables of a region and the place of each cell. They are the same for all indicators. */
type PlacedTables = {
  readonly tables: LinkedTables;
  readonly places: readonly (readonly [unit: string, group: number])[];
};
const tablesByRegions = new WeakMap<RegionTree, Map<string, PlacedTables>>();

function tablesOf(region: string, regions: RegionTree): PlacedTables {
  const known = tablesByRegions.get(regions) ?? new Map<string, PlacedTables>();
  tablesByRegions.set(regions, known);
  let placed = known.get(region);
  if (!placed) {
    const tables = linkTables(namesOf(region, regions));
    placed = { tables, places: tables.names.map(placeOf) };
    known.set(region, placed);
  }
  return placed;
}

/** Names the cells of the tables that share sums: each region with its units, by one dimension at a time. */
function namesOf(region: string, regions: RegionTree): readonly NamedTable[] {
  const units = reportedUnits(region, regions);
  const rows = [...units, region];
  const own = (Object.keys(DIMENSIONS) as Dimension[]).map((dimension): NamedTable => {
    const groups = [...GROUPS.filter((group) => group.startsWith(`${dimension} `)), 'all'];
    return rows.map((row) => groups.map((group) => cellName(row, group)));
  });
  const nested = units.filter((unit) => reportedUnits(unit, regions).length > 0);
  return [...own, ...nested.flatMap((unit) => namesOf(unit, regions))];
}

function placeOf(name: string): readonly [unit: string, group: number] {
  const [unit = '', group = 'all'] = name.split('|');
  return [unit, GROUPS.indexOf(group)];
}

function cellName(region: string, group: string): string {
  return group === 'all' ? region : `${region}|${group}`;
}

/** Measures 1 without an opinion, 0 with one; undefined if the question does not apply. */
function noOpinionOn({ code: question, options = [] }: SurveyQuestion): Measure {
  const value: Measure['value'] = (given) => {
    const role = options.find(({ code }) => code === given[0])?.role;
    return role === 'not_applicable' ? undefined : role === 'dont_know' ? 1 : 0;
  };
  return { question, value };
}

/** The widest interval of a net share that is shown: its scale is twice that of a share. */
const NET_WIDTH_MAX = 2 * RULES.widthMax;

/** Computes the net share under the same rules: enough answers, a narrow interval, three answers on each side and between. */
function netShare(
  { against = [], question }: Indicator,
  { sheets }: IndicatorInput,
  measure: Measure,
  before: { readonly was: NetShare | undefined } | undefined,
): NetShare | undefined {
  const worse: Measure = {
    question,
    value: (given) => (measure.value(given) === undefined ? undefined : Number(against.includes(given[0] ?? ''))),
  };
  const kinds = [
    [1, 0],
    [0, 0],
    [-1, 1],
  ];
  return discloseAfter(before, [sumUp(sheets, measure), sumUp(sheets, worse)], kinds, ([net, minus]) =>
    net && minus ? discloseNet(meanOf(net, -1), minus.above) : undefined,
  );
}

function discloseNet({ n, nEff, p, lo, hi, above: better }: Estimate, worse: number): NetShare | undefined {
  if (n < RULES.answersMin || nEff < RULES.effectiveMin || hi - lo >= NET_WIDTH_MAX) return undefined;
  if (Math.min(better, worse, n - better - worse) < RULES.otherSideMin) return undefined;
  const step = Math.max(1, stepFor(roundedCount(n) ?? n));
  const bounds = { lo: roundedTo(step, 100 * lo, Math.floor), hi: roundedTo(step, 100 * hi, Math.ceil) };
  return { points: roundedTo(step, 100 * p), ...bounds };
}

/** Computes the share with an alternative numerator; left out if it differs from the headline by fewer than three people. */
function alternativeShare(
  name: 'wide' | 'narrow',
  indicator: Indicator,
  { questionnaire, sheets }: IndicatorInput,
  before: Before,
): Partial<IndicatorResult> {
  const measure = indicator[name] && measureOf(indicator, questionnaire, indicator[name]);
  const headline = measureOf(indicator, questionnaire);
  if (!measure || !headline) return {};
  const kinds = [[1, 1], [0, 0], name === 'wide' ? [1, 0] : [0, 1]];
  const shown = discloseAfter(
    before && { was: before[name] },
    [sumUp(sheets, measure), sumUp(sheets, headline)],
    kinds,
    ([sums = noSums(), base = noSums()]) => {
      const counts = [Math.abs(sums.above - base.above), sums.below, base.below, base.above, sums.above];
      return Math.min(...counts) < RULES.otherSideMin ? undefined : shareOf(sums);
    },
  );
  return shown ? { [name]: shown } : {};
}

/** Computes the share without flagged sheets; left out if they are too few to protect one another. */
function unflaggedShare(measure: Measure, sheets: readonly CountedSheet[], before: Before): Partial<IndicatorResult> {
  const clean = sumUp(sheets, measure, ({ flagged }) => !flagged);
  const kinds = [
    [1, 1],
    [0, 0],
    [undefined, 1],
    [undefined, 0],
  ];
  const shown = discloseAfter(
    before && { was: before.unflagged },
    [clean, sumUp(sheets, measure)],
    kinds,
    ([sums = noSums(), all = noSums()]) => {
      const left = [all.above - sums.above, all.below - sums.below];
      const isEnough = all.n - sums.n >= RULES.hiddenMin && Math.min(...left) >= RULES.otherSideMin;
      return isEnough ? shareOf(sums) : undefined;
    },
  );
  return shown ? { unflagged: shown } : {};
}
