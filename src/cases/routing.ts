import type { Limit } from '../calendar.ts';
import type { Category, CategoryTree } from '../city/category.ts';
import type { Unit } from '../city/unit.ts';
import { officeOf } from '../city/unit.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { NOWHERE } from './desk/work-queues.ts';
import type { HazardCase, RouteReason } from './hazard-case.ts';

/** What a city must tell before a case can be sent to anybody. */
export type Routing = {
  readonly regions: RegionTree;
  readonly categories: CategoryTree;
  readonly units: ReadonlyMap<string, Unit>;
};

export type Route = { readonly unit: string; readonly helpers: readonly string[]; readonly route: RouteReason };

/** Where in the city's order a place belongs: whose desk takes it, and whose grid workers look. */
export function groundOf(region: string | undefined, regions: RegionTree): Pick<HazardCase, 'desk' | 'community'> {
  if (region === undefined) return {};
  const desk = regions.above(region, 'street') ?? regions.above(region, 'district') ?? regions.above(region, 'city');
  const community = regions.above(region, 'community');
  return { ...(desk ? { desk } : {}), ...(community ? { community } : {}) };
}

/**
 * Who is responsible, and why. 部件先属主后属地, 事件先属地后属主: a thing's owner comes first, with the street to help; what
 * happens on a ground is the street's first, with the owner to help. There is always somebody: at last the street itself.
 */
export function routeFor({ category, place, desk }: HazardCase, city: Routing): Route {
  const { lead, kind } = city.categories.get(category) ?? ({} as Partial<Category>);
  const region = place.region ?? desk;
  const owner = lead === undefined ? undefined : ownerIn(lead, region, city);
  const ground = officeOf(desk ?? NOWHERE);
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

/** Of all that do the same part the one with the smallest ground that holds the region. */
function ownerIn(lead: string, region: string | undefined, { units, regions }: Routing): Unit | undefined {
  const fitting = [...units.values()].filter(
    (unit) => (unit.of ?? unit.id) === lead && (unit.region === undefined || isWithin(region, unit.region, regions)),
  );
  const depth = ({ region: ground }: Unit) => (ground === undefined ? 0 : regions.chain(ground).length);
  return fitting.sort((a, b) => depth(b) - depth(a))[0];
}

/** Whether a region is another or lies in it. */
export function isWithin(region: string | undefined, ground: string, regions: RegionTree): boolean {
  return region !== undefined && regions.chain(region).includes(ground);
}

/** The two clocks of a case: what its category says, or three working days where it says nothing. */
export function limitsOf(
  { category }: HazardCase,
  { categories }: Pick<Routing, 'categories'>,
): {
  readonly contain?: Limit;
  readonly cure: Limit;
} {
  const { contain, cure } = categories.get(category) ?? ({} as Partial<Category>);
  return { ...(contain ? { contain } : {}), cure: cure ?? USUAL_CURE };
}

const USUAL_CURE: Limit = '3wd';
