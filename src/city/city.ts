import type { CensusCell } from '../regions/census.ts';
import type { KnownPlace } from '../regions/place-book.ts';
import type { Region } from '../regions/region.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { regionTree } from '../regions/region-tree.ts';
import type { Category, CategoryTree } from './category.ts';
import { categoryTree } from './category.ts';
import type { Quotas } from './quotas.ts';
import { QUOTAS } from './quotas.ts';
import type { Surge } from './surge.ts';
import { NO_SURGE } from './surge.ts';
import type { Unit } from './unit.ts';
import { officeOf } from './unit.ts';

/** Everything about a city that is data, by the part that one file brings. */
export type CityData = {
  readonly regions: readonly Region[];
  readonly places: readonly KnownPlace[];
  readonly units: readonly Unit[];
  readonly categories: readonly Category[];
  readonly census: readonly CensusCell[];
};
export const CITY_PARTS = [
  'regions',
  'places',
  'units',
  'categories',
  'census',
] as const satisfies readonly (keyof CityData)[];
export type CityPart = (typeof CITY_PARTS)[number];

/** The city as talks see it: the same data, ready to be asked. */
export type City = {
  readonly regions: RegionTree;
  readonly categories: CategoryTree;
  readonly units: ReadonlyMap<string, Unit>;
  readonly census: readonly CensusCell[];
  readonly languages: readonly string[];
  /** What comes in very often just now. */
  readonly surge: Surge;
  readonly quotas: Quotas;
  readonly site?: string;
};

type CityContext = { readonly surge?: Surge; readonly quotas?: Quotas; readonly site?: string };

export function cityOf(data: CityData, languages: readonly string[], around: CityContext = {}): City {
  return {
    surge: NO_SURGE,
    quotas: QUOTAS,
    ...around,
    regions: regionTree(data.regions, data.places),
    categories: categoryTree(data.categories),
    units: new Map([...officesOf(data.regions), ...data.units].map((unit) => [unit.id, unit])),
    census: data.census,
    languages,
  };
}

/** Every street, district and the city itself has an office of its own, whether or not the units name it. */
function officesOf(regions: readonly Region[]): readonly Unit[] {
  const grounds = regions.filter(({ level }) => level !== 'community' && level !== 'grid');
  return grounds.map(({ id, names }) => ({ id: officeOf(id), names, region: id }));
}
