import { DAY_MS } from '../../calendar.ts';
import type { Category, CategoryTree } from '../../city/category.ts';
import type { Place } from '../../engine/place.ts';
import { findNear } from '../../store/records/find-near.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { isInGeoRange } from '../case-indexes.ts';
import { loadCases, loadEvents } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import { isOpen } from '../hazard-case.ts';

/** An open case that may report the same hazard; `metres` only if both places have points. */
export type NearbyCase = Kept<HazardCase> & { readonly metres?: number };

/** Limit of shown cases; more cannot be told apart on a phone. */
const SHOWN_MAX = 3;
/** Limit of candidates per category and per address. */
const CANDIDATES_MAX = 10;
/** Search radius for categories that compare addresses, metres. */
const SAME_ADDRESS_METRES = 30;

/** Finds open cases of the same or a sister category nearby or at the same address, nearest first. */
export async function findNearby(
  store: Store,
  categories: CategoryTree,
  category: string,
  place: Place,
): Promise<readonly NearbyCase[]> {
  const { redis, keys } = store;
  const own = categories.get(category);
  if (!own?.group) return [];
  const { point, address } = place;
  const metres = radiusOf(own);
  const sisters = sistersOf(own, categories);
  const [found, atAddress] = await orStoreAway(
    Promise.all([
      point && isInGeoRange(point) ? findNear(store, sisters.map(keys.casesNear), point, metres, CANDIDATES_MAX) : [],
      address === undefined ? [] : redis.zrevrange(keys.casesAt(address), 0, CANDIDATES_MAX - 1),
    ]),
  );
  const distances = new Map<string, number | undefined>([...atAddress.map((id) => [id, undefined] as const), ...found]);
  const near = (await loadCases(store, [...distances.keys()])).flatMap((kept): readonly NearbyCase[] => {
    const { record } = kept;
    if (!isOpen(record) || !sisters.includes(record.category)) return [];
    const distance = distances.get(record.id);
    return [distance === undefined ? kept : { ...kept, metres: Math.round(distance) }];
  });
  const distanceOf = ({ metres: away = 0 }: NearbyCase) => away;
  return near.sort((a, b) => distanceOf(a) - distanceOf(b) || b.record.filedAt - a.record.filedAt).slice(0, SHOWN_MAX);
}

/** A sister category has the same group and the same lead unit: a traffic light is no railing. */
function sistersOf({ code, group, lead }: Category, categories: CategoryTree): readonly string[] {
  if (!group) return [code];
  return categories.leaves(group).flatMap(({ id }) => (categories.get(id)?.lead === lead ? [id] : []));
}

function radiusOf({ duplicate }: Category): number {
  return duplicate === undefined || duplicate === 'address' ? SAME_ADDRESS_METRES : Number.parseInt(duplicate, 10);
}

/** Limits in space and time for a recurrence. */
const RECURRENCE_METRES = 30;
const RECURRENCE_MS = 90 * DAY_MS;
/** Closed cases of years may lie at one spot; the last of them must be found, not the nearest. */
const ENDED_MAX = 1000;

/**
 * 复发: finds the last case of the same category closed within 30 m and 90 days. Any other category counts if the case was
 * reported in this one: a new class hides no recurrence, and another hazard is none. Blurred places are not indexed.
 */
export async function findClosedBefore(
  store: Store,
  { category, place: { point }, filedAt }: HazardCase,
): Promise<Kept<HazardCase> | undefined> {
  if (!point || !isInGeoRange(point)) return undefined;
  const found = await findNear(store, [store.keys.casesEnded], point, RECURRENCE_METRES, ENDED_MAX);
  const closed = await loadCases(store, [...new Map(found).keys()]);
  const recent = closed.filter(({ record }) => filedAt - (record.closedAt ?? 0) <= RECURRENCE_MS);
  for (const kept of recent.sort((a, b) => (b.record.closedAt ?? 0) - (a.record.closedAt ?? 0))) {
    if (kept.record.category === category) return kept;
    const [reported] = await loadEvents(store, kept.record.id);
    if (reported?.report?.category === category) return kept;
  }
  return undefined;
}
