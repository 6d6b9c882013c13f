import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { leadOf, premisesScope, SERIES, seriesScope } from '../../city/series.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { checkerCode } from './draw.ts';
import { loadDraw } from './draw-store.ts';
import type { Frame } from './frame.ts';
import type { Pairing } from './pairing.ts';
import { isPaired } from './pairing.ts';
import { loadTrainedVolunteers } from './trained-volunteers.ts';

/** A person who may be drawn as a checker. */
export type Checker = {
  readonly urn: Urn;
  readonly pseudonym: string;
  readonly grants: readonly Grant[];
  /** A volunteer's community; absent for staff. */
  readonly home?: string;
};

/** Loads all who may check in a region, each once: grid workers, the staff of units and series, and trained volunteers. */
export async function loadCheckers(
  store: Store,
  region: string,
  city: Pick<City, 'regions' | 'units'>,
  now: number,
): Promise<readonly Checker[]> {
  const [staff, trained] = await Promise.all([
    loadStaff(store, region, city),
    loadTrainedVolunteers(store, regionsOf(region, city), now),
  ]);
  const homes = new Map(trained.map(({ urn, region: home }) => [urn, home]));
  return checkersFrom(store, [...staff, ...homes.keys()], homes);
}

/**
 * Finds the people behind codes of a draw or a round, as far as they still check. A draw of a wide region gives checkers to
 * premises outside their own ground, so that they are searched in the whole region of the draw, or of the visit's checkers.
 */
export async function loadCheckersOf(
  store: Store,
  { of, region, ground }: { readonly of: string; readonly region: string; readonly ground?: string },
  city: Pick<City, 'regions' | 'units'>,
  codes: readonly string[],
): Promise<readonly Checker[]> {
  const searched = (await loadDraw(store, of))?.record.region ?? ground ?? region;
  const inside = new Set(regionsOf(searched, city));
  const volunteers = Object.entries(await orStoreAway(store.redis.hgetall(store.keys.volunteers)));
  const urns = [
    ...(await loadStaff(store, searched, city)),
    ...volunteers.flatMap(([urn, home]) => (inside.has(home) ? [urn as Urn] : [])), // written by keepVolunteer
  ];
  const wanted = urns.filter((urn) => codes.includes(checkerCode(of, store.pseudonym(urn))));
  return checkersFrom(store, wanted, new Map());
}

/** A region, all regions above it, and all inside it. */
function regionsOf(region: string, { regions }: Pick<City, 'regions'>): readonly string[] {
  const inside = (['district', 'street', 'community', 'grid'] as const).flatMap((level) =>
    regions.within(region, level),
  );
  return [...new Set([...regions.chain(region), ...inside])];
}

/** Grid workers of the region, and the staff of all units and of the leads of series. */
async function loadStaff(
  { redis, keys }: Store,
  region: string,
  city: Pick<City, 'regions' | 'units'>,
): Promise<readonly Urn[]> {
  const lists = [
    ...[EVERYWHERE, ...regionsOf(region, city)].map((scope) => keys.staff('grid_worker', scope)),
    ...[EVERYWHERE, ...city.units.keys(), ...SERIES.map(seriesScope)].map((scope) => keys.staff('unit_staff', scope)),
  ];
  const found = await orStoreAway(Promise.all(lists.map((key) => redis.zrange(key, '0', '-1'))));
  return found.flat() as Urn[]; // written by addToStaff
}

async function checkersFrom(
  store: Store,
  people: readonly Urn[],
  homes: ReadonlyMap<Urn, string>,
): Promise<readonly Checker[]> {
  const urns = [...new Set(people)].sort();
  const contacts = await loadContacts(store, urns);
  return urns.flatMap((urn, i) => {
    const { contact, gone } = contacts[i] ?? {};
    if (!contact || gone) return [];
    const home = homes.get(urn);
    const grants = contact.grants ?? [];
    return [{ urn, pseudonym: store.pseudonym(urn), grants, ...(home === undefined ? {} : { home }) }];
  });
}

/** What makes conflicts besides the grants of a checker. */
type Conflicts = {
  /** Pseudonyms of the last checkers, by premises. */
  readonly last: ReadonlyMap<string, readonly string[]>;
  readonly pairings: readonly Pairing[];
  readonly ground: Pick<City, 'premises' | 'regions'>;
};

/**
 * The checkers of a frame. Conflicts: own premises, premises whose series they or their unit lead, a volunteer's own estate
 * or ground, the other side of a pairing, and premises that they checked the last time.
 */
export function checkersOf(
  of: string,
  checkers: readonly Checker[],
  premises: readonly Pick<Premises, 'id' | 'series' | 'region'>[],
  { last, pairings, ground }: Conflicts,
): Frame['checkers'] {
  return checkers.map((checker) => {
    const { pseudonym, grants, home } = checker;
    const scopes = grants.map(({ scope }) => scope);
    const not = premises.filter(
      ({ id, series, region }) =>
        scopes.includes(premisesScope(id)) ||
        scopes.includes(seriesScope(series)) ||
        grants.some(({ role, scope }) => role === 'unit_staff' && scope === leadOf(series)) ||
        home === region ||
        isPaired(checker, { id, region }, pairings, ground) ||
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
