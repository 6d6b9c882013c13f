import type { Value } from '../../delivery/outcome.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { DisclosedNumber, ShownShare } from '../disclosure/disclosure.ts';
import type { IndicatorSet } from '../estimate/indicator.ts';
import type { IndicatorResult } from './indicator-result.ts';

/** 综合评分: the weighted sum of a region's indicators, in points of 100. */
export type CompositeScore = {
  readonly points: number;
  readonly lo: number;
  readonly hi: number;
  /** By withheld indicator, the region above whose shown value stands in for it. */
  readonly lent?: Readonly<Record<string, string>>;
};

type CompositeInput = Pick<IndicatorSet, 'indicators'> & {
  /** What leaves of each indicator; the scores are computed from nothing else, so that they tell no withheld share. */
  readonly results: readonly Pick<IndicatorResult, 'code' | 'cells'>[];
  readonly regions: RegionTree;
};

/** Words a score and where its parts come from, if not from its own region. */
export function compositeText(score: CompositeScore | undefined, set: IndicatorSet): Value {
  if (!score) return { key: 'common:survey.withheld' };
  const { points, lo, hi, lent = {} } = score;
  const parts = Object.entries(lent).map(([code, from]): Value => {
    const name: Value = { names: set.indicators.find((one) => one.code === code)?.name ?? {} };
    return { key: 'common:survey.lent', values: { name, region: { place: { region: from } } } };
  });
  const own: Value = { key: 'common:survey.score', values: { points, lo, hi } };
  return parts.length > 0 ? { key: 'common:survey.score_lent', values: { score: own, parts: { joined: parts } } } : own;
}

/** Returns true if the wave asks for at least two indicators with a weight. */
export function hasComposite({ indicators, results }: Pick<CompositeInput, 'indicators' | 'results'>): boolean {
  return partsOf({ indicators, results }).length > 1;
}

/**
 * Computes the composite score of each region in the tables. A withheld part takes the value shown of the nearest region above.
 * A region without a shown part of its own has no score, nor has one with a part that no region above shows.
 */
export function compositeScores(input: CompositeInput): Readonly<Record<string, CompositeScore>> {
  if (!hasComposite(input)) return {};
  const regions = new Set(partsOf(input).flatMap(({ cells }) => Object.keys(cells)));
  return Object.fromEntries(
    // A name with a bar is a group of people inside a region.
    [...regions]
      .filter((name) => !name.includes('|'))
      .flatMap((region) => {
        const score = scoreOf(region, input);
        return score ? [[region, score] as const] : [];
      }),
  );
}

function scoreOf(region: string, input: CompositeInput): CompositeScore | undefined {
  const chain = input.regions.chain(region);
  const parts = partsOf(input).flatMap(({ code, weight, cells }) => {
    const from = chain.find((one) => boundsOf(cells[one]));
    const bounds = boundsOf(cells[from ?? '']);
    return from !== undefined && bounds ? [{ code, weight, from, bounds }] : [];
  });
  const isOwn = parts.some(({ from }) => from === region);
  if (parts.length < partsOf(input).length || !isOwn) return undefined;
  const total = parts.reduce((all, { weight }) => all + weight, 0);
  const sum = (of: keyof Bounds) =>
    Math.round(parts.reduce((all, { weight, bounds }) => all + (weight / total) * bounds[of], 0));
  const lent = parts.filter(({ from }) => from !== region).map(({ code, from }) => [code, from] as const);
  // The interval has the weighted sum of the parts' bounds, the widest possible.
  const score = { points: sum('percent'), lo: sum('lo'), hi: sum('hi') };
  return lent.length > 0 ? { ...score, lent: Object.fromEntries(lent) } : score;
}

type Part = Pick<IndicatorResult, 'code' | 'cells'> & { readonly weight: number };

function partsOf({ indicators, results }: Pick<CompositeInput, 'indicators' | 'results'>): readonly Part[] {
  return indicators.flatMap(({ code, weight }) => {
    const found = results.find((one) => one.code === code);
    return weight && found ? [{ code, weight, cells: found.cells }] : [];
  });
}

type Bounds = Pick<ShownShare, 'percent' | 'lo' | 'hi'>;

function boundsOf(shown: DisclosedNumber | undefined): Bounds | undefined {
  switch (shown?.type) {
    case 'shown':
      return shown;
    case 'at_least':
      return { percent: 95, lo: 90, hi: 100 };
    case 'at_most':
      return { percent: 5, lo: 0, hi: 10 };
    default:
      return undefined;
  }
}
