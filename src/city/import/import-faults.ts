import type { CensusCell } from '../../regions/census.ts';
import type { Region } from '../../regions/region.ts';
import { REGION_LEVELS } from '../../regions/region.ts';
import type { CityData, CityPart } from '../city.ts';
import type { ImportEntry } from './import-entry.ts';
import { keyOf } from './import-entry.ts';
import type { CensusTotal } from './row-reader.ts';
import type { Problem, Row } from './table.ts';

/** Finds records that the file lists twice. */
export function findDuplicates(read: readonly (readonly [Row, ImportEntry])[], part: CityPart): readonly Problem[] {
  const first = new Map<string, number>();
  return read.flatMap(([{ row }, record]) => {
    const key = keyOf(part, record);
    const before = first.get(key);
    if (before === undefined) first.set(key, row);
    return before === undefined
      ? []
      : [{ row, column: part === 'categories' ? 'code' : 'id', what: 'twice', found: `${key} (${before})` }];
  });
}

/** Finds sums that differ from the rows that they add up: one of them is missing or wrong. */
export function findWrongTotals(
  totals: readonly (readonly [Row, CensusTotal])[],
  read: readonly (readonly [Row, ImportEntry])[],
): readonly Problem[] {
  const cells = read.map(([, record]) => record as CensusCell); // the part is the census
  return totals.flatMap(([{ row }, { region, sex, from = 0, to = Number.POSITIVE_INFINITY, people }]) => {
    const parts = cells.filter(
      (cell) =>
        cell.region === region &&
        (sex === undefined || cell.sex === sex) &&
        cell.from >= from &&
        (cell.to ?? Number.POSITIVE_INFINITY) <= to,
    );
    const sum = parts.reduce((all, cell) => all + cell.people, 0);
    return sum === people ? [] : [{ row, column: 'people', what: 'total', found: `${people} ≠ ${sum}` }];
  });
}

/** Finds references to records that the city would not have, and regions of a wrong level. */
export function findBrokenReferences(
  data: CityData,
  part: CityPart,
  read: readonly (readonly [Row, ImportEntry])[],
): readonly Problem[] {
  const rowOf = new Map(read.map(([{ row }, record]) => [keyOf(part, record), row]));
  const at = (record: ImportEntry, of: CityPart) => (of === part ? (rowOf.get(keyOf(of, record)) ?? 0) : 0);
  const regions = new Map(data.regions.map((region) => [region.id, region]));
  const units = new Set(data.units.map(({ id }) => id));
  const groups = new Set(data.categories.filter(({ group }) => group === undefined).map(({ code }) => code));
  const level = (name: Region['level']) => REGION_LEVELS.indexOf(name);
  const problems: Problem[] = [];
  const add = (record: ImportEntry, of: CityPart, column: string, what: string, found: string) =>
    problems.push({ row: at(record, of), column, what, found });
  for (const region of data.regions) {
    if (region.level === 'city') continue;
    const parent = regions.get(region.parent ?? '');
    if (!parent) add(region, 'regions', 'parent', 'no_parent', region.parent ?? region.id);
    else if (level(parent.level) >= level(region.level)) add(region, 'regions', 'parent', 'parent_level', parent.id);
    else if (region.level === 'grid' && parent.level !== 'community')
      add(region, 'regions', 'parent', 'grid_parent', parent.id);
  }
  for (const place of data.places)
    if (!regions.has(place.region)) add(place, 'places', 'region', 'no_region', place.region);
  for (const premises of data.premises)
    if (!regions.has(premises.region)) add(premises, 'premises', 'region', 'no_region', premises.region);
  for (const cell of data.census)
    if (!regions.has(cell.region)) add(cell, 'census', 'region', 'no_region', cell.region);
  for (const cells of part === 'census' ? Map.groupBy(data.census, sexInRegion).values() : []) {
    const sorted = cells.toSorted((one, other) => one.from - other.from);
    for (const [i, cell] of sorted.entries()) {
      const before = sorted[i - 1];
      if (before && (before.to ?? cell.from) >= cell.from)
        add(cell, 'census', 'age', 'overlap', `${before.from}${before.to === undefined ? '+' : `-${before.to}`}`);
    }
  }
  for (const category of data.categories) {
    if (category.group === undefined) continue;
    if (!groups.has(category.group)) add(category, 'categories', 'group', 'no_group', category.group);
    if (category.lead && !units.has(category.lead)) add(category, 'categories', 'lead', 'no_unit', category.lead);
  }
  return problems;
}

function sexInRegion({ region, sex }: CensusCell): string {
  return `${region} ${sex}`;
}
