import { createHash } from 'node:crypto';
import type { Urn } from '../channels/channel.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { inPairs } from '../store/records/in-pairs.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Grant, Role } from './role.ts';
import { EVERYWHERE, grantCovers, ROLES } from './role.ts';

/** One role of one organiser. `id` names it without naming the person. */
export type StaffGrant = { readonly id: string; readonly urn: Urn; readonly who: string; readonly grant: Grant };

/** Roles that each role may give and take away: a lead those of the own street, the office all. */
export const MAY_APPOINT: Readonly<Partial<Record<Role, readonly Role[]>>> = {
  office: ROLES,
  lead: ['dispatcher', 'grid_worker'],
};

/** True if these grants may give a role in a scope, or take it away. */
export function mayAppoint(
  grants: readonly Grant[],
  { role, scope }: Pick<Grant, 'role' | 'scope'>,
  regions: RegionTree,
): boolean {
  return grants.some((own) => {
    if (!MAY_APPOINT[own.role]?.includes(role)) return false;
    // Only the whole city may decide about everywhere, and about units.
    if (scope === EVERYWHERE || regions.levelOf(scope) === undefined) return own.scope === EVERYWHERE;
    return grantCovers(own, scope, regions);
  });
}

type Scopes = {
  readonly regions: RegionTree;
  readonly units: ReadonlyMap<string, unknown>;
  readonly scopes: ReadonlyMap<string, unknown>;
};

/** Loads every role that these grants may take away, the longest-serving first within a role. */
export async function loadStaff(
  store: Store,
  grants: readonly Grant[],
  { regions, units, scopes: others }: Scopes,
): Promise<readonly StaffGrant[]> {
  const levels = ['city', 'district', 'street', 'community'] as const;
  const scopes = [EVERYWHERE, ...levels.flatMap((level) => regions.all(level)), ...units.keys(), ...others.keys()];
  const wanted = ROLES.flatMap((role) => scopes.map((scope) => ({ role, scope }))).filter((one) =>
    mayAppoint(grants, one, regions),
  );
  return loadHolders(store, wanted);
}

/** True if the organiser of a pseudonym may give this role now. */
export async function mayStillAppoint(
  store: Store,
  who: string,
  grant: Pick<Grant, 'role' | 'scope'>,
  regions: RegionTree,
): Promise<boolean> {
  const scopes = [EVERYWHERE, ...regions.chain(grant.scope)];
  const giving = ROLES.filter((role) => MAY_APPOINT[role]);
  const holders = await loadHolders(
    store,
    giving.flatMap((role) => scopes.map((scope) => ({ role, scope }))),
  );
  const own = holders.filter((one) => one.who === who).map((one) => one.grant);
  return mayAppoint(own, grant, regions);
}

/** Loads who holds these roles in these scopes, the longest-serving first within a role. */
export async function loadHolders(
  store: Store,
  wanted: readonly Pick<Grant, 'role' | 'scope'>[],
): Promise<readonly StaffGrant[]> {
  const { redis, keys } = store;
  const found = await orStoreAway(
    Promise.all(wanted.map(({ role, scope }) => redis.zrange(keys.staff(role, scope), '0', '-1', 'WITHSCORES'))),
  );
  return wanted.flatMap(({ role, scope }, i) => {
    return inPairs(found[i] ?? []).map(([urn, since]): StaffGrant => {
      const grant = { role, scope, since: Number(since) };
      const who = store.pseudonym(urn as Urn); // written by addToStaff
      return { id: staffGrantId(who, grant), urn: urn as Urn, who, grant };
    });
  });
}

/** Short id of an organiser, for buttons: it does not tell the pseudonym. */
export function colleagueId(who: string): string {
  return createHash('sha256').update(`colleague ${who}`).digest('hex').slice(0, 16);
}

/** Letters of a pseudonym that tell colleagues apart. */
export const WHO_LENGTH = 4;

/** Short id of a role of an organiser, for buttons. */
function staffGrantId(who: string, { role, scope }: Pick<Grant, 'role' | 'scope'>): string {
  return createHash('sha256').update(`${who} ${role} ${scope}`).digest('hex').slice(0, 16);
}
