import type { CategoryTree } from '../../../city/category.ts';
import type { RegionTree } from '../../../regions/region-tree.ts';
import type { CaseCounts } from './case-counts.ts';
import type { Mark, WeekFactor } from './factors.ts';
import { rainRatios, totalsOf, weekFactors } from './factors.ts';
import type { CountSeries } from './series.ts';
import { seriesOf } from './series.ts';

/** A series with its factors, ready for the detectors. */
export type ReadySeries = {
  readonly series: CountSeries;
  readonly factors: readonly WeekFactor[];
  readonly parentRate: number;
};

type Known = { readonly regions: RegionTree; readonly categories: CategoryTree; readonly marks: readonly Mark[] };

/** Prepares the series of a city with their known reasons and the rate of their larger region. Few are dense enough for a test. */
export function readySeries(counts: CaseCounts, context: Known): readonly ReadySeries[] {
  const { regions, marks } = context;
  const ratios = rainRatios(counts, marks);
  const totalOf = totalsOf(counts, regions);
  const all = seriesOf(counts, context);
  const rates = parentRates(all);
  return all.map((series) => ({
    series,
    factors: weekFactors(series, { counts, marks, ratios, regions, totalOf }),
    parentRate: rates.get(`${series.level} ${series.what}`) ?? 0,
  }));
}

/** The input of the detectors. */
export function judgedOf({ series, factors, parentRate }: ReadySeries) {
  return { weeks: series.weeks, factors, parentRate };
}

/** Mean weekly rate of the series of one kind at one level. */
function parentRates(all: readonly CountSeries[]): ReadonlyMap<string, number> {
  const groups = Map.groupBy(all, ({ level, what }) => `${level} ${what}`);
  return new Map(
    [...groups].map(([key, list]) => {
      const rates = list.map(
        ({ weeks }) => weeks.slice(0, -1).reduce((sum, one) => sum + one, 0) / Math.max(1, weeks.length - 1),
      );
      return [key, rates.reduce((sum, one) => sum + one, 0) / rates.length];
    }),
  );
}
