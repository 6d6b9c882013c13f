import type { Names } from '../engine/step.ts';
import type { LanguageName } from '../i18n.ts';
import type { CensusCell } from '../regions/census.ts';
import type { KnownPlace } from '../regions/place-book.ts';
import type { Region } from '../regions/region.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { regionTree } from '../regions/region-tree.ts';
import type { Category, CategoryTree } from './category.ts';
import { categoryTree } from './category.ts';
import type { Premises } from './premises.ts';
import type { Quotas } from './quotas.ts';
import { QUOTAS } from './quotas.ts';
import { otherScopes } from './series.ts';
import type { Surge } from './surge.ts';
import { NO_SURGE } from './surge.ts';
import type { Unit } from './unit.ts';
import { officeOf } from './unit.ts';

/** The data of a city by part; one import file holds one part. */
export type CityData = {
  readonly regions: readonly Region[];
  readonly places: readonly KnownPlace[];
  readonly units: readonly Unit[];
  readonly categories: readonly Category[];
  readonly census: readonly CensusCell[];
  readonly premises: readonly Premises[];
};
export const CITY_PARTS = [
  'regions',
  'places',
  'units',
  'categories',
  'census',
  'premises',
] as const satisfies readonly (keyof CityData)[];
export type CityPart = (typeof CITY_PARTS)[number];

/** The city's data with its lookups, as flows use it. */
export type City = {
  readonly regions: RegionTree;
  readonly categories: CategoryTree;
  readonly units: ReadonlyMap<string, Unit>;
  readonly census: readonly CensusCell[];
  /** The register of premises by id. */
  readonly premises: ReadonlyMap<string, Premises>;
  /** Names of scopes of grants that are neither regions nor units: series and premises. */
  readonly scopes: ReadonlyMap<string, Names>;
  readonly languages: readonly LanguageName[];
  /** Open cases into which reports merge during a surge. */
  readonly surge: Surge;
  readonly quotas: Quotas;
  readonly site?: string;
  /** The address of the page for visits; undefined without the web chat, which keeps its photos. */
  readonly visitPage?: string;
};

type CityContext = Partial<Pick<City, 'surge' | 'quotas' | 'site' | 'visitPage'>>;

/** Builds the lookups of a city from its data. */
export function cityOf(data: CityData, languages: readonly LanguageName[], around: CityContext = {}): City {
  return {
    surge: NO_SURGE,
    quotas: QUOTAS,
    ...around,
    regions: regionTree(data.regions, data.places),
    categories: categoryTree(data.categories),
    units: new Map([...officesOf(data.regions), ...data.units].map((unit) => [unit.id, unit])),
    census: data.census,
    premises: new Map(data.premises.map((premises) => [premises.id, premises])),
    scopes: otherScopes(data.premises),
    languages,
  };
}

/** One office per street, district and city, also if the units do not list it. */
function officesOf(regions: readonly Region[]): readonly Unit[] {
  const areas = regions.filter(({ level }) => level !== 'community' && level !== 'grid');
  return areas.map(({ id, names }) => ({ id: officeOf(id), names, region: id }));
}
