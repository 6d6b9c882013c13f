import type { Limit } from '../calendar.ts';
import type { Category, CategoryTree } from '../city/category.ts';
import type { Unit } from '../city/unit.ts';
import { officeOf } from '../city/unit.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { CITY_DESK } from './desk/work-queues.ts';
import type { HazardCase, RouteReason } from './hazard-case.ts';

/** The city data that routing needs. */
export type RoutingData = {
  readonly regions: RegionTree;
  readonly categories: CategoryTree;
  readonly units: ReadonlyMap<string, Unit>;
};

/** The units that a case goes to, and the reason. */
export type Route = { readonly unit: string; readonly helpers: readonly string[]; readonly route: RouteReason };

/** Finds the desk and the community that are responsible for a region; empty without a region. */
export function responsibleRegions(
  region: string | undefined,
  regions: RegionTree,
): Pick<HazardCase, 'desk' | 'community'> {
  if (region === undefined) return {};
  const desk = regions.above(region, 'street') ?? regions.above(region, 'district') ?? regions.above(region, 'city');
  const community = regions.above(region, 'community');
  return { ...(desk ? { desk } : {}), ...(community ? { community } : {}) };
}

/**
 * Chooses the lead unit and the helping unit of a case. 部件先属主后属地, 事件先属地后属主: for a component the owner leads
 * and the street office helps; for an event it is the reverse. Without a known owner the street office leads.
 */
export function routeFor({ category, place, desk }: HazardCase, city: RoutingData): Route {
  const { lead, kind } = city.categories.get(category) ?? ({} as Partial<Category>);
  const region = place.region ?? desk;
  const owner = lead === undefined ? undefined : ownerUnit(lead, region, city);
  const ground = officeOf(desk ?? CITY_DESK);
  const because = { ...(desk ? { region: desk } : {}), ...(owner ? { owner: owner.id } : {}) };
  if (desk === undefined) {
    const rule = 'no_region_known';
    return { unit: owner?.id ?? ground, helpers: [], route: { rule, ...because } };
  }
  if (!owner) return { unit: ground, helpers: [], route: { rule: 'no_owner_known', ...because } };
  return kind === 'component'
    ? { unit: owner.id, helpers: [ground], route: { rule: 'owner_first', ...because } }
    : { unit: ground, helpers: [owner.id], route: { rule: 'ground_first', ...because } };
}

/** Of the units with this function, the one whose area contains the region and is smallest. */
function ownerUnit(lead: string, region: string | undefined, { units, regions }: RoutingData): Unit | undefined {
  const fitting = [...units.values()].filter(
    (unit) => (unit.of ?? unit.id) === lead && (unit.region === undefined || isInside(region, unit.region, regions)),
  );
  const depth = ({ region: ground }: Unit) => (ground === undefined ? 0 : regions.chain(ground).length);
  return fitting.sort((a, b) => depth(b) - depth(a))[0];
}

/** True if a region is the area itself or lies in it. */
function isInside(region: string | undefined, ground: string, regions: RegionTree): boolean {
  return region !== undefined && regions.chain(region).includes(ground);
}

/** The work limits of a category; without one, three working days for the cure. */
export function limitsOf(
  { category, source }: Pick<HazardCase, 'category' | 'source'>,
  { categories }: Pick<RoutingData, 'categories'>,
): {
  readonly contain?: Limit;
  readonly cure: Limit;
} {
  const { contain, cure } = categories.get(category) ?? ({} as Partial<Category>);
  const first = contain ?? (source === 'inspection' ? INSPECTION_CONTAIN : undefined);
  return { ...(first ? { contain: first } : {}), cure: cure ?? DEFAULT_CURE };
}

const DEFAULT_CURE: Limit = '3wd';
/** A finding of an inspection has a first clock also where its category has none. */
const INSPECTION_CONTAIN: Limit = '1wd';
