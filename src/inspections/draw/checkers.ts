import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { leadOf, premisesScope } from '../../city/series.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { checkerCode } from './draw.ts';
import type { Frame } from './frame.ts';

/** A person who may be drawn as a checker. */
export type Checker = { readonly urn: Urn; readonly pseudonym: string; readonly grants: readonly Grant[] };

/** Loads all who may check in a region: its grid workers and the staff of units, each once. */
export async function loadCheckers(
  store: Store,
  region: string,
  { regions, units }: Pick<City, 'regions' | 'units'>,
): Promise<readonly Checker[]> {
  const { redis, keys } = store;
  const inside = (['district', 'street', 'community', 'grid'] as const).flatMap((level) =>
    regions.within(region, level),
  );
  const scopes = new Set([EVERYWHERE, ...regions.chain(region), ...inside]);
  const lists = [
    ...[...scopes].map((scope) => keys.staff('grid_worker', scope)),
    ...[EVERYWHERE, ...units.keys()].map((unit) => keys.staff('unit_staff', unit)),
  ];
  const found = await orStoreAway(Promise.all(lists.map((key) => redis.zrange(key, '0', '-1'))));
  const urns = [...new Set(found.flat())].sort() as Urn[]; // written by addToStaff
  const contacts = await loadContacts(store, urns);
  return urns.flatMap((urn, i) => {
    const { contact, gone } = contacts[i] ?? {};
    return contact && !gone ? [{ urn, pseudonym: store.pseudonym(urn), grants: contact.grants ?? [] }] : [];
  });
}

/**
 * The checkers of a frame. Conflicts: own premises, premises whose series their unit leads, and premises that they checked
 * the last time.
 */
export function checkersOf(
  of: string,
  checkers: readonly Checker[],
  premises: readonly { readonly id: string; readonly series: string }[],
  last: ReadonlyMap<string, readonly string[]>,
): Frame['checkers'] {
  return checkers.map(({ pseudonym, grants }) => {
    const scopes = grants.map(({ scope }) => scope);
    const not = premises.filter(
      ({ id, series }) =>
        scopes.includes(premisesScope(id)) ||
        grants.some(
          ({ role, scope }) => role === 'unit_staff' && scope === leadOf(series as Parameters<typeof leadOf>[0]),
        ) ||
        last.get(id)?.includes(pseudonym),
    );
    return { code: checkerCode(of, pseudonym), not: not.map(({ id }) => id) };
  });
}

/** Loads who checked each premises the last time, as pseudonyms. */
export async function loadLastCheckers({ redis, keys }: Store): Promise<ReadonlyMap<string, readonly string[]>> {
  const all = Object.entries(await orStoreAway(redis.hgetall(keys.lastCheckers)));
  return new Map(all.map(([id, text]) => [id, text.split(' ')]));
}

/** Finds the people behind codes of a draw, as far as they still check. */
export function findCheckers(of: string, codes: readonly string[], checkers: readonly Checker[]): readonly Checker[] {
  return checkers.filter(({ pseudonym }) => codes.includes(checkerCode(of, pseudonym)));
}
