import type { Grant, Role } from '../people/role.ts';
import { EVERYWHERE, grantCovers, regionsIn } from '../people/role.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import type { ActingRole } from './case-event.ts';
import type { WorkList } from './desk/work-queues.ts';
import { CITY_DESK } from './desk/work-queues.ts';
import type { Actor } from './guards.ts';
import type { HazardCase } from './hazard-case.ts';

type CityScopes = { readonly regions: RegionTree; readonly units: ReadonlyMap<string, unknown> };

/** Lists the roles in which a person may act on a case; a role counts only in its own scope. */
export function actorsOn(
  record: HazardCase,
  grants: readonly Grant[],
  by: string,
  regions: RegionTree,
): readonly Actor[] {
  const units = unitsOf(grants, record);
  return grants.flatMap((grant) => {
    const as = actingRoleOf(grant, record, units, regions);
    return as ? [{ as, by, units }] : [];
  });
}

function actingRoleOf(
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
      return grantCovers(grant, community ?? desk, regions) ? 'grid_worker' : undefined;
    case 'dispatcher':
    case 'lead':
    case 'office':
      return grantCovers(grant, desk, regions) ? grant.role : undefined;
    case 'auditor':
      return undefined;
  }
}

function unitsOf(grants: readonly Grant[], { unit }: HazardCase): readonly string[] {
  const own = grants.filter(({ role }) => role === 'unit_staff').map(({ scope }) => scope);
  return own.includes(EVERYWHERE) && unit !== undefined ? [unit] : own;
}

/** True if an actor has the rights of the case's holder: the unit's staff while a unit works on it, else the desk. */
export function mayHold({ unit }: HazardCase, { as, units = [] }: Actor): boolean {
  return unit === undefined ? as === 'dispatcher' || as === 'lead' : as === 'unit_staff' && units.includes(unit);
}

/** Names the roles and scopes of those around a case who may hold it now, or held it before its dispatch. */
export function holderGrants(
  { desk, unit }: HazardCase,
  regions: RegionTree,
): readonly Pick<Grant, 'role' | 'scope'>[] {
  const scopes = [...(desk === undefined ? [] : regions.chain(desk)), EVERYWHERE];
  const units = unit === undefined ? [] : [unit, EVERYWHERE];
  return [
    ...scopes.flatMap((scope) => (['dispatcher', 'lead'] as const).map((role) => ({ role, scope }))),
    ...units.map((scope) => ({ role: 'unit_staff' as const, scope })),
  ];
}

/** Names the work lists that a person's roles show. */
export function listsFor(grants: readonly Grant[], { regions, units }: CityScopes): readonly WorkList[] {
  return [...new Set(grants.flatMap((grant) => listsForGrant(grant, regions, units)))];
}

function listsForGrant({ role, scope }: Grant, regions: RegionTree, units: CityScopes['units']): readonly WorkList[] {
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

/** Names the owners whose stage indexes hold every case that these roles may see; some cases in them may be out of reach. */
export function stageOwnersFor(grants: readonly Grant[], { regions, units }: CityScopes): readonly string[] {
  const found = grants.flatMap(({ role, scope }) => {
    if (role === 'unit_staff') return (scope === EVERYWHERE ? [...units.keys()] : [scope]).map((id) => `unit:${id}`);
    const desks = desksIn(scope, regions);
    // The cases of a community lie at the desk of its street.
    const above = desks.length > 0 ? desks : regions.chain(scope).filter((id) => regions.levelOf(id) !== 'community');
    return above.map((id) => `desk:${id}`);
  });
  const isAll = grants.some(({ role, scope }) => role !== 'unit_staff' && scope === EVERYWHERE);
  return [...new Set(found)].filter((owner) => !isAll || owner.startsWith('desk:'));
}

/** Names the role that reads a work list, and the scopes that contain it, nearest first. */
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

/** Lists the regions with a desk in a scope. */
function desksIn(scope: string, regions: RegionTree): readonly string[] {
  const levels = ['street', 'district', 'city'] as const;
  const found = levels.flatMap((level) => regionsIn(scope, level, regions));
  return scope === EVERYWHERE ? [...found, CITY_DESK] : found;
}
