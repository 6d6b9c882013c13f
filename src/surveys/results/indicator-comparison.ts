import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import { estimateShown, RULES } from '../disclosure/disclosure.ts';
import type { Attainment, Direction, Rank } from '../estimate/compare.ts';
import { attainmentOf, changeOf, ranksOf, significantChanges, trendOf } from '../estimate/compare.ts';
import type { Estimate, Sums } from '../estimate/estimate.ts';
import { estimateOf, meanOf } from '../estimate/estimate.ts';
import type { Indicator } from '../estimate/indicator.ts';

/** A change against the wave before, with its interval, in percentage points. */
export type IndicatorChange = {
  readonly direction: Direction;
  readonly points: number;
  readonly lo: number;
  readonly hi: number;
};

/** Comparisons of an indicator, by region: with its threshold, among units, and with earlier waves. */
export type IndicatorComparison = {
  readonly attainment?: Readonly<Record<string, Attainment>>;
  readonly ranks?: Readonly<Record<string, Rank>>;
  readonly changes?: Readonly<Record<string, IndicatorChange>>;
  readonly trend?: Direction;
};

/** An earlier wave, as far as a reader knows it. */
export type EarlierWave = {
  readonly indicators: readonly {
    readonly code: string;
    readonly cells: Readonly<Record<string, DisclosedNumber>>;
    readonly wide?: DisclosedNumber;
    readonly narrow?: DisclosedNumber;
    readonly noOpinion?: DisclosedNumber;
    readonly unflagged?: DisclosedNumber;
    readonly net?: NetShare;
  }[];
  readonly questions?: readonly {
    readonly code: string;
    readonly options: readonly { readonly code: string; readonly share: DisclosedNumber }[];
  }[];
  readonly raked: boolean;
};

/** A share of better minus a share of worse answers, in points, with its interval. */
export type NetShare = { readonly points: number; readonly lo: number; readonly hi: number };

type ComparisonInput = {
  /** The region of the wave. */
  readonly region: string;
  /** The region and its units, as far as their share is shown; no other one is compared. */
  readonly shown: readonly string[];
  /** The estimate that a reader of the shown share has; comparisons therefore tell nothing more. */
  readonly at: (region: string) => Estimate;
  readonly raked: boolean;
  /** Oldest first. */
  readonly earlier: readonly EarlierWave[];
  /** How far all the invited may lie below those who answered (0 to 1). */
  readonly shift: number;
};

/** Computes all comparisons that the shown regions allow. */
export function compareIndicator(indicator: Indicator, input: ComparisonInput): IndicatorComparison {
  const { region, shown } = input;
  return {
    ...attainments(indicator, input),
    ...ranks(
      shown.filter((one) => one !== region),
      input,
    ),
    ...changes(indicator, input),
    ...(shown.includes(region) ? trend(indicator, input) : {}),
  };
}

/** P8: numbers of further answers are rounded up to this. */
const MORE_STEP = 25;

function attainments({ threshold }: Indicator, { shown, at, shift }: ComparisonInput): IndicatorComparison {
  if (threshold === undefined) return {};
  const attained = (region: string): Attainment => {
    const found = attainmentOf(at(region), threshold, shift);
    return found.type === 'open' && found.more !== undefined
      ? { ...found, more: MORE_STEP * Math.ceil(found.more / MORE_STEP) }
      : found;
  };
  return { attainment: Object.fromEntries(shown.map((region) => [region, attained(region)] as const)) };
}

function ranks(units: readonly string[], { at }: ComparisonInput): IndicatorComparison {
  const ranked = units.map((unit) => [unit, at(unit)] as const).filter(([, { nEff }]) => nEff >= RULES.rankMin);
  if (ranked.length < 2) return {};
  const found = ranksOf(ranked.map(([, estimate]) => estimate));
  return { ranks: Object.fromEntries(ranked.map(([unit], i) => [unit, found[i] ?? { from: 1, to: ranked.length }])) };
}

/** Compares with the wave before, where both waves show the region and have the same kind of weights. */
function changes(indicator: Indicator, { shown, at, earlier, raked }: ComparisonInput): IndicatorComparison {
  const before = earlier.at(-1);
  if (!before || before.raked !== raked) return {};
  const pairs = shown.flatMap((region) => {
    const older = earlierEstimate(before, indicator, region);
    return older ? [{ region, newer: at(region), older }] : [];
  });
  const significant = significantChanges(pairs);
  const found = pairs.map(({ region, newer, older }, i): readonly [string, IndicatorChange] => {
    const change = changeOf(newer, older);
    // A direction needs both: significance among all regions, and an interval that excludes 0.
    const direction = significant[i] === change.direction ? change.direction : 'no_difference';
    return [region, { direction, points: pointsOf(change.p), lo: pointsOf(change.lo), hi: pointsOf(change.hi) }];
  });
  return { changes: Object.fromEntries(found) };
}

/** A trend needs at least this many waves. */
const TREND_MIN = 4;

function trend(indicator: Indicator, { earlier, region, raked, at }: ComparisonInput): IndicatorComparison {
  if (indicator.kind !== 'proportion') return {};
  const comparable = earlier.filter((wave) => wave.raked === raked);
  const before = comparable.flatMap((wave) => earlierEstimate(wave, indicator, region) ?? []);
  return before.length + 1 < TREND_MIN ? {} : { trend: trendOf([...before, at(region)]).direction };
}

/** Returns the estimate of an earlier wave; undefined if that wave did not show it. */
function earlierEstimate({ indicators }: EarlierWave, { code }: Indicator, region: string): Estimate | undefined {
  const shown = indicators.find((one) => one.code === code)?.cells[region];
  return shown?.type === 'shown' ? estimateShown(shown) : undefined;
}

/** Estimates a mean or a share, by the indicator's kind; `people` is the size of the domain. */
export function estimateBy(kind: Indicator['kind'], sums: Sums, people?: number): Estimate {
  return kind === 'mean' ? meanOf(sums) : estimateOf(sums, people);
}

/** Rounds a share to whole percentage points. */
export function pointsOf(share: number): number {
  return Math.round(100 * share);
}
