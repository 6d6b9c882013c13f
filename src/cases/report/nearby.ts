import { DAY_MS } from '../../calendar.ts';
import type { Category, CategoryTree } from '../../city/category.ts';
import type { Place } from '../../engine/steps/place.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { KeptCase } from '../case-store.ts';
import { isOnMap, loadCases } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import { isOpen } from '../hazard-case.ts';

/** An open case that may be of the same thing; metres where both places are points. */
export type Near = KeptCase & { readonly metres?: number };

/** What is shown: more cannot be told apart on a phone. */
const SHOWN_MAX = 3;
/** What is looked at in each category, and at one address. */
const LOOKED_AT_MAX = 10;
/** How near a point must be where a category goes by the address, metres. */
const BESIDE_METRES = 30;

/** Open cases of the same or a sister category within the category's radius, or at the same address: the nearest first. */
export async function findNearby(
  store: Store,
  categories: CategoryTree,
  category: string,
  place: Place,
): Promise<readonly Near[]> {
  const { redis, keys } = store;
  const own = categories.get(category);
  if (!own?.group) return [];
  const { point, address } = place;
  const metres = radiusOf(own);
  // A sister is of the same group and somebody's who would come for both: a traffic light is no railing.
  const sisters = categories.leaves(own.group).flatMap(({ id }) => (categories.get(id)?.lead === own.lead ? [id] : []));
  const search = async (leaf: string) => {
    if (!point || !isOnMap(point)) return [];
    const { longitude, latitude } = point;
    const around = ['FROMLONLAT', longitude, latitude, 'BYRADIUS', metres, 'm', 'ASC', 'COUNT', LOOKED_AT_MAX] as const;
    return (await redis.geosearch(keys.casesNear(leaf), ...around, 'WITHDIST')) as [string, string][];
  };
  const [found, atAddress] = await orStoreAway(
    Promise.all([
      Promise.all(sisters.map(search)),
      address === undefined ? [] : redis.zrevrange(keys.casesAt(address), 0, LOOKED_AT_MAX - 1),
    ]),
  );
  const far = new Map([
    ...atAddress.map((id) => [id, undefined] as const),
    ...found.flat().map(([id, distance]) => [id, Number(distance)] as const),
  ]);
  const near = (await loadCases(store, [...far.keys()])).flatMap((kept): readonly Near[] => {
    const { record } = kept;
    if (!isOpen(record) || !sisters.includes(record.category)) return [];
    const distance = far.get(record.id);
    return [distance === undefined ? kept : { ...kept, metres: Math.round(distance) }];
  });
  const rank = ({ metres: away = 0 }: Near) => away;
  return near.sort((a, b) => rank(a) - rank(b) || b.record.filedAt - a.record.filedAt).slice(0, SHOWN_MAX);
}

function radiusOf({ duplicate }: Category): number {
  return duplicate === undefined || duplicate === 'address' ? BESIDE_METRES : Number.parseInt(duplicate, 10);
}

/** How near, and how long ago, a closed case must be for the same thing to have come back. */
const BACK_METRES = 30;
const BACK_MS = 90 * DAY_MS;

/** 复发: the last closed case of the same category within 30 m and 90 days, as long as its exact place may be kept. */
export async function findBefore(
  store: Store,
  { category, place: { point }, filedAt }: HazardCase,
): Promise<KeptCase | undefined> {
  if (!point || !isOnMap(point)) return undefined;
  const { redis, keys } = store;
  const { longitude, latitude } = point;
  const around = [
    'FROMLONLAT',
    longitude,
    latitude,
    'BYRADIUS',
    BACK_METRES,
    'm',
    'ASC',
    'COUNT',
    LOOKED_AT_MAX,
  ] as const;
  const ids = (await orStoreAway(redis.geosearch(keys.casesEnded(category), ...around))) as string[];
  const recent = (await loadCases(store, ids)).filter(({ record }) => filedAt - (record.closedAt ?? 0) <= BACK_MS);
  return recent.sort((a, b) => (b.record.closedAt ?? 0) - (a.record.closedAt ?? 0))[0];
}
