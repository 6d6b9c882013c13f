import { DAY_MS, momentOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { premisesScope } from '../../city/series.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { TaskId } from '../../volunteers/tasks/task.ts';

/** A pairing (结对帮创, 结对帮扶): premises that help premises, or a street that helps a street, until a moment. */
export type Pairing = {
  readonly weak: string;
  readonly helper: string;
  readonly from: number; // ms since the epoch
  readonly until: number;
  /** Visits of the helper, as tasks. */
  readonly tasks?: readonly TaskId[];
};

/** Where a checker belongs: scopes of the grants, and a volunteer's community. */
type Belonging = { readonly grants: readonly { readonly scope: string }[]; readonly home?: string };
type Ground = Pick<City, 'premises' | 'regions'>;

/** True if the checker belongs to one side of a pairing whose other side is, or holds, the premises. */
export function isPaired(
  checker: Belonging,
  premises: Pick<Premises, 'id' | 'region'>,
  pairings: readonly Pairing[],
  ground: Ground,
): boolean {
  return pairings.some(
    ({ weak, helper }) =>
      (belongsTo(checker, helper, ground) && isAt(premises, weak, ground)) ||
      (belongsTo(checker, weak, ground) && isAt(premises, helper, ground)),
  );
}

/** Contacts of premises and volunteers of their community; for a street, those whose role or home lies in it. */
function belongsTo({ grants, home }: Belonging, side: string, { premises, regions }: Ground): boolean {
  const own = premises.get(side);
  if (own) return home === own.region || grants.some(({ scope }) => scope === premisesScope(side));
  return [...(home === undefined ? [] : [home]), ...grants.map(({ scope }) => scope)].some((id) =>
    regions.chain(id).includes(side),
  );
}

function isAt({ id, region }: Pick<Premises, 'id' | 'region'>, side: string, { regions }: Ground): boolean {
  return id === side || regions.chain(region).includes(side);
}

/** The pairings that touch these premises, each as its two sides in the order of their ids: a frame names no weak side. */
export function pairsAt(
  premises: readonly Pick<Premises, 'id' | 'region'>[],
  pairings: readonly Pairing[],
  ground: Ground,
): readonly (readonly [string, string])[] {
  const touches = (side: string) => premises.some((one) => isAt(one, side, ground));
  return pairings
    .filter(({ weak, helper }) => touches(weak) || touches(helper))
    .map(({ weak, helper }) => (weak < helper ? [weak, helper] : [helper, weak]));
}

/** Loads all pairings that are not over. */
export async function loadPairings({ redis, keys }: Store, now: number): Promise<readonly Pairing[]> {
  const all = Object.values(await orStoreAway(redis.hgetall(keys.pairings)));
  return all.map((text) => JSON.parse(text) as Pairing).filter(({ until }) => until > now); // written by keepPairing
}

/** Keeps a pairing. A new helper of the same side takes the place of the one before. */
export function keepPairing({ keys }: Store, pairing: Pairing): Write {
  return ['HSET', keys.pairings, pairing.weak, JSON.stringify(pairing)];
}

/** The write that keeps the street that helps another one until the end of a day; none if the helped region is no street. */
export function pairStreets(
  store: Store,
  { regions }: Pick<City, 'regions'>,
  { weak, helper, until }: { readonly weak: string; readonly helper: string; readonly until: string },
  now: number,
): readonly Write[] {
  if (regions.levelOf(weak) !== 'street') return [];
  return [keepPairing(store, { weak, helper, from: now, until: momentOf(`${until}T00:00`) + DAY_MS })];
}
