import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { HazardCase } from '../hazard-case.ts';

/** A subscription to accepted cases in a region, of one category group or of all. */
export type Subscription = { readonly region: string; readonly group: string };

/** Stands for all category groups. */
export const ALL_GROUPS = '*';

/** The writes that add a subscription. */
export function addSubscription(
  { keys }: Store,
  person: Urn,
  { region, group }: Subscription,
  now: number,
): readonly Write[] {
  return [['ZADD', keys.subscribers(region, group), now, person]];
}

/** The writes that remove subscriptions. */
export function removeSubscriptions({ keys }: Store, person: Urn, all: readonly Subscription[]): readonly Write[] {
  return all.map(({ region, group }) => ['ZREM', keys.subscribers(region, group), person]);
}

/** Loads the subscribers of a case: of its group or of all groups, in every region that contains it. */
export async function subscribersTo(
  { redis, keys }: Store,
  { category, place, desk }: HazardCase,
  { categories, regions }: City,
): Promise<readonly Urn[]> {
  const group = categories.get(category)?.group ?? ALL_GROUPS;
  const containingRegions = regions.chain(place.region ?? desk ?? '');
  const lists = containingRegions.flatMap((region) =>
    [group, ALL_GROUPS].map((subscribed) => keys.subscribers(region, subscribed)),
  );
  const found = await orStoreAway(Promise.all(lists.map((list) => redis.zrange(list, '0', '-1'))));
  return [...new Set(found.flat())] as Urn[]; // written by addSubscription
}
