import type { City } from '../../../city/city.ts';
import type { RegionTree } from '../../../regions/region-tree.ts';
import type { Store } from '../../../store/store.ts';
import type { IndicatorCode } from '../indicator.ts';
import type { Month } from '../month.ts';
import type { CollectedCells } from '../month-score.ts';
import type { Count } from '../shrink.ts';

/** What a source reads: a month, and the time (ms) at which it is judged. */
export type ReadMonth = {
  readonly store: Store;
  readonly city: Pick<City, 'regions' | 'census'>;
  readonly month: Month;
  readonly asOf: number;
};

/** Reads the cells of one source by region. A region without data is left out, which is no zero. */
export type CellReader = (reading: ReadMonth) => Promise<ReadonlyMap<string, CollectedCells>>;

/** Counts of streets, added up in place. */
export type StreetCounts = Map<string, Partial<Record<IndicatorCode, Count>>>;

/** Adds to the count of a street. */
export function addTo(counts: StreetCounts, street: string, code: IndicatorCode, { y, n }: Count): void {
  const cells = counts.get(street) ?? {};
  const { y: y0 = 0, n: n0 = 0 } = cells[code] ?? {};
  cells[code] = { y: y0 + y, n: n0 + n };
  counts.set(street, cells);
}

/** Counts of streets with the sums of the regions above them. */
export function withSums(streets: StreetCounts, regions: RegionTree): ReadonlyMap<string, CollectedCells> {
  const all: StreetCounts = new Map();
  for (const [street, cells] of streets)
    for (const [code, count] of Object.entries(cells) as [IndicatorCode, Count][])
      for (const region of regions.chain(street)) addTo(all, region, code, count);
  return all;
}
