import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { HazardCase } from '../hazard-case.ts';

/** What somebody wants to hear of: accepted cases of a group of categories, or of all, in a region. */
export type Subscription = { readonly region: string; readonly group: string };

/** Every group. */
export const ALL_GROUPS = '*';

export function subscribed(
  { keys }: Store,
  person: Urn,
  { region, group }: Subscription,
  now: number,
): readonly Write[] {
  return [['ZADD', keys.subscribers(region, group), now, person]];
}

export function unsubscribed({ keys }: Store, person: Urn, all: readonly Subscription[]): readonly Write[] {
  return all.map(({ region, group }) => ['ZREM', keys.subscribers(region, group), person]);
}

/** Everybody who asked for cases like this one: of its group or of all, in any region that holds it. */
export async function subscribersTo(
  { redis, keys }: Store,
  { category, place, desk }: HazardCase,
  { categories, regions }: City,
): Promise<readonly Urn[]> {
  const group = categories.get(category)?.group ?? ALL_GROUPS;
  const grounds = regions.chain(place.region ?? desk ?? '');
  const lists = grounds.flatMap((region) => [group, ALL_GROUPS].map((of) => keys.subscribers(region, of)));
  const found = await orStoreAway(Promise.all(lists.map((list) => redis.zrange(list, '0', '-1'))));
  return [...new Set(found.flat())] as Urn[]; // written by subscribed
}
