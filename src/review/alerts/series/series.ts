import type { CategoryTree } from '../../../city/category.ts';
import type { RegionTree } from '../../../regions/region-tree.ts';
import type { CaseCounts } from './case-counts.ts';

/** Weekly counts of a category in the city, or of a group in a street or district. */
export type CountSeries = {
  /** A category's code, or a group's. */
  readonly what: string;
  readonly region: string;
  readonly level: 'street' | 'district' | 'city';
  readonly weeks: readonly number[];
  /** The counts of each category in it. */
  readonly parts: ReadonlyMap<string, readonly number[]>;
};

/** A series is tested if it had one case in four weeks on average. */
export const DENSE_PER_WEEK = 0.25;
/** Weeks whose mean says how dense a series is; older ones may tell of another city. */
const DENSITY_WEEKS = 52;

/** True if the weeks before the last one held enough cases for a test. */
export function isDense(weeks: readonly number[]): boolean {
  const before = weeks.slice(Math.max(0, weeks.length - 1 - DENSITY_WEEKS), -1);
  return before.length > 0 && before.reduce((sum, count) => sum + count, 0) / before.length >= DENSE_PER_WEEK;
}

/**
 * Lists the series: categories of the city, groups of a district, groups of a street. Finer ones are sparse in
 * most cities, and a sparse series gives only false alarms; its cases count in the larger ones.
 */
export function seriesOf(
  counts: CaseCounts,
  { regions, categories }: { readonly regions: RegionTree; readonly categories: CategoryTree },
): readonly CountSeries[] {
  const [city = ''] = regions.all('city');
  const found = new Map<
    string,
    { head: Omit<CountSeries, 'weeks' | 'parts'>; parts: Map<string, readonly number[]> }
  >();
  const add = (head: Omit<CountSeries, 'weeks' | 'parts'>, category: string, cell: readonly number[]) => {
    const key = `${head.what} ${head.region}`;
    const one = found.get(key) ?? { head, parts: new Map<string, readonly number[]>() };
    one.parts.set(category, sumOf([one.parts.get(category) ?? [], cell]));
    found.set(key, one);
  };
  for (const [key, cell] of counts.cells) {
    const [category = '', street = ''] = key.split(' ');
    add({ what: category, region: city, level: 'city' }, category, cell);
    const group = categories.get(category)?.group;
    if (group === undefined || street === '') continue;
    add({ what: group, region: street, level: 'street' }, category, cell);
    const district = regions.above(street, 'district');
    if (district !== undefined) add({ what: group, region: district, level: 'district' }, category, cell);
  }
  return [...found.values()].map(({ head, parts }) => ({ ...head, parts, weeks: sumOf([...parts.values()]) }));
}

/** Adds up lists of counts. */
export function sumOf(lists: readonly (readonly number[])[]): readonly number[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  const sum = new Array<number>(length).fill(0);
  for (const list of lists) for (let i = 0; i < list.length; i += 1) sum[i] = (sum[i] ?? 0) + (list[i] ?? 0);
  return sum;
}
