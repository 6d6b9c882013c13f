import type { Urn } from '../channels/channel.ts';
import type { Region } from '../regions/region.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import type { Write } from '../store/commit.ts';
import { sharedInRound } from '../store/shared-in-round.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** Roles of organisers: 受理员, 网格员, 经办, 负责人, 平安办, 审计. */
export const ROLES = ['dispatcher', 'grid_worker', 'unit_staff', 'lead', 'office', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** The scope of all regions and all units. */
export const EVERYWHERE = '*';

/** A role with its scope: a region and all inside it, or the unit of unit staff. */
export type Grant = { readonly role: Role; readonly scope: string; readonly since: number };

/** The roles of these grants, each once. */
export function rolesOf(grants: readonly Grant[]): readonly Role[] {
  return ROLES.filter((role) => grants.some((grant) => grant.role === role));
}

/** True if a grant covers a region. Only grants for the whole city cover a place outside all regions. */
export function grantCovers({ scope }: Grant, region: string | undefined, regions: RegionTree): boolean {
  return scope === EVERYWHERE || (region !== undefined && regions.chain(region).includes(scope));
}

/** True if any of the grants covers a region. */
export function anyGrantCovers(grants: readonly Grant[], region: string | undefined, regions: RegionTree): boolean {
  return grants.some((grant) => grantCovers(grant, region, regions));
}

/** Lists the regions of a level in a scope. */
export function regionsIn(scope: string, level: Region['level'], regions: RegionTree): readonly string[] {
  return scope === EVERYWHERE ? regions.all(level) : regions.within(scope, level);
}

/** The widest scope of the grants: everywhere, or the region nearest to the top; undefined without grants. */
export function widestOf(grants: readonly Grant[], regions: RegionTree): string | undefined {
  const scopes = grants.map(({ scope }) => scope);
  return scopes.includes(EVERYWHERE)
    ? EVERYWHERE
    : scopes.toSorted((a, b) => regions.chain(a).length - regions.chain(b).length)[0];
}

/** Writes that add a person to the list of a role; the grant in the contact is separate. */
export function addToStaff({ keys }: Store, person: Urn, { role, scope, since }: Grant): readonly Write[] {
  return [['ZADD', keys.staff(role, scope), since, person]];
}

/** Writes that remove a person from the lists of these grants. */
export function removeFromStaff({ keys }: Store, person: Urn, grants: readonly Grant[]): readonly Write[] {
  return grants.map(({ role, scope }) => ['ZREM', keys.staff(role, scope), person]);
}

/** Organisers notified at once; more would all start on the same task. */
const NOTIFIED_MAX = 20;

/** Finds the holders of a role in these scopes, the longest-serving first. */
export async function staffIn(store: Store, role: Role, scopes: readonly string[]): Promise<readonly Urn[]> {
  return staffAt(store, role, [...scopes, EVERYWHERE]);
}

/** Finds the holders of a role in exactly these scopes, without those of the whole city. */
export async function staffAt(store: Store, role: Role, scopes: readonly string[]): Promise<readonly Urn[]> {
  const found = await Promise.all(scopes.map((scope) => loadStaff(store, store.keys.staff(role, scope))));
  return [...new Set(found.flat())].slice(0, NOTIFIED_MAX) as Urn[]; // written by addToStaff
}

/** A burst of reports asks for the same staff. */
const loadStaff = sharedInRound(({ redis }, key) => orStoreAway(redis.zrange(key, '0', String(NOTIFIED_MAX - 1))));

/** Finds all holders of these roles in these scopes, each once. */
export async function staffWith(
  store: Store,
  roles: readonly Role[],
  scopes: readonly string[],
): Promise<readonly Urn[]> {
  return [...new Set((await Promise.all(roles.map((role) => staffIn(store, role, scopes)))).flat())];
}
