import type { Grant, Role } from '../people/role.ts';
import { EVERYWHERE, reaches } from '../people/role.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import type { ActingRole } from './case-event.ts';
import type { WorkList } from './desk/work-queues.ts';
import { NOWHERE } from './desk/work-queues.ts';
import type { HazardCase } from './hazard-case.ts';
import type { Actor } from './lifecycle.ts';

type CaseGround = { readonly regions: RegionTree; readonly units: ReadonlyMap<string, unknown> };

/** In which parts somebody may act on this case: each role counts only on its own ground. */
export function actorsOn(
  record: HazardCase,
  grants: readonly Grant[],
  by: string,
  regions: RegionTree,
): readonly Actor[] {
  const units = unitsOf(grants, record);
  return grants.flatMap((grant) => {
    const as = partOf(grant, record, units, regions);
    return as ? [{ as, by, units }] : [];
  });
}

function partOf(
  grant: Grant,
  { desk, community, unit, helpers = [] }: HazardCase,
  units: readonly string[],
  regions: RegionTree,
): ActingRole | undefined {
  const involved = [...(unit ? [unit] : []), ...helpers];
  switch (grant.role) {
    case 'unit_staff':
      return involved.some((unit) => units.includes(unit)) ? 'unit_staff' : undefined;
    case 'grid_worker':
      return reaches(grant, community ?? desk, regions) ? 'grid_worker' : undefined;
    case 'dispatcher':
    case 'lead':
    case 'office':
      return reaches(grant, desk, regions) ? grant.role : undefined;
    case 'auditor':
      return undefined;
  }
}

function unitsOf(grants: readonly Grant[], { unit }: HazardCase): readonly string[] {
  const own = grants.filter(({ role }) => role === 'unit_staff').map(({ scope }) => scope);
  return own.includes(EVERYWHERE) && unit !== undefined ? [unit] : own;
}

/** The lists of work that somebody looks at. */
export function listsFor(grants: readonly Grant[], { regions, units }: CaseGround): readonly WorkList[] {
  return [...new Set(grants.flatMap((grant) => listsOf(grant, regions, units)))];
}

function listsOf({ role, scope }: Grant, regions: RegionTree, units: CaseGround['units']): readonly WorkList[] {
  switch (role) {
    case 'dispatcher':
      return desksIn(scope, regions).map((desk) => `desk:${desk}` as const);
    case 'lead':
      return desksIn(scope, regions).map((desk) => `lead:${desk}` as const);
    case 'grid_worker':
      return [...regionsIn(scope, 'community', regions), ...desksIn(scope, regions)].map((id) => `grid:${id}` as const);
    case 'unit_staff':
      return (scope === EVERYWHERE ? [...units.keys()] : [scope]).map((unit) => `unit:${unit}` as const);
    case 'office':
      return desksIn(scope, regions).map((desk) => `office:${desk}` as const);
    case 'auditor':
      return [];
  }
}

/** Who looks at a list: the role, and the scopes that hold it, the nearest first. */
export function readersOf(
  list: WorkList,
  regions: RegionTree,
): { readonly role: Role; readonly scopes: readonly string[] } {
  const [kind, id = ''] = list.split(':') as [string, string?];
  switch (kind) {
    case 'unit':
      return { role: 'unit_staff', scopes: [id] };
    case 'grid':
      return { role: 'grid_worker', scopes: regions.chain(id) };
    case 'lead':
      return { role: 'lead', scopes: regions.chain(id) };
    case 'office':
      return { role: 'office', scopes: regions.chain(id) };
    default:
      return { role: 'dispatcher', scopes: regions.chain(id) };
  }
}

/** Every region that has a desk, in a scope. */
function desksIn(scope: string, regions: RegionTree): readonly string[] {
  const levels = ['street', 'district', 'city'] as const;
  const found = levels.flatMap((level) => regionsIn(scope, level, regions));
  return scope === EVERYWHERE ? [...found, NOWHERE] : found;
}

function regionsIn(scope: string, level: 'city' | 'district' | 'street' | 'community', regions: RegionTree) {
  return scope === EVERYWHERE ? regions.all(level) : regions.within(scope, level);
}
