import type { Urn } from '../channels/channel.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import type { Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** What an organiser is: 受理员, 网格员, 经办, 负责人, 平安办, 审计. */
export const ROLES = ['dispatcher', 'grid_worker', 'unit_staff', 'lead', 'office', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** The whole city, and every unit. */
export const EVERYWHERE = '*';

/** A role and where it holds: in a region and all below it, for a unit's staff in that unit. */
export type Grant = { readonly role: Role; readonly scope: string; readonly since: number };

/** Whether a grant reaches a region. A place in no region is reached by those who are responsible everywhere. */
export function reaches({ scope }: Grant, region: string | undefined, regions: RegionTree): boolean {
  return scope === EVERYWHERE || (region !== undefined && regions.chain(region).includes(scope));
}

/** Whether any of these grants reaches a region. */
export function anyReaches(grants: readonly Grant[], region: string | undefined, regions: RegionTree): boolean {
  return grants.some((grant) => reaches(grant, region, regions));
}

/** The widest ground of these grants: everywhere, or the region nearest to the top; undefined where there is none. */
export function widestOf(grants: readonly Grant[], regions: RegionTree): string | undefined {
  const scopes = grants.map(({ scope }) => scope);
  return scopes.includes(EVERYWHERE)
    ? EVERYWHERE
    : scopes.toSorted((a, b) => regions.chain(a).length - regions.chain(b).length)[0];
}

/** The writes that give somebody a role, apart from their own contact. */
export function enlisted({ keys }: Store, person: Urn, { role, scope, since }: Grant): readonly Write[] {
  return [['ZADD', keys.staff(role, scope), since, person]];
}

/** The writes that take all roles of somebody away. */
export function dismissed({ keys }: Store, person: Urn, grants: readonly Grant[]): readonly Write[] {
  return grants.map(({ role, scope }) => ['ZREM', keys.staff(role, scope), person]);
}

/** So many hear at once that there is something to do; more would only be in one another's way. */
const TOLD_MAX = 20;

/** Who has a role in any of these scopes, the longest in it first. */
export async function staffIn({ redis, keys }: Store, role: Role, scopes: readonly string[]): Promise<readonly Urn[]> {
  const found = await orStoreAway(
    Promise.all(
      [...scopes, EVERYWHERE].map((scope) => redis.zrange(keys.staff(role, scope), '0', String(TOLD_MAX - 1))),
    ),
  );
  return [...new Set(found.flat())].slice(0, TOLD_MAX) as Urn[]; // written by enlisted
}

/** Finds everyone who holds one of these roles in one of these scopes, each once. */
export async function staffWith(
  store: Store,
  roles: readonly Role[],
  scopes: readonly string[],
): Promise<readonly Urn[]> {
  return [...new Set((await Promise.all(roles.map((role) => staffIn(store, role, scopes)))).flat())];
}
