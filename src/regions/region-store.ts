import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import type { Region } from './region.ts';

export async function loadRegions(store: Store): Promise<readonly Region[]> {
  const kept = await asking(store.redis.get(store.keys.regions));
  return kept ? (JSON.parse(kept) as readonly Region[]) : []; // written by saveRegions
}

/** Replaces the city's regions. Setting the same again changes nothing. */
export async function saveRegions(store: Store, regions: readonly Region[]): Promise<void> {
  await asking(store.redis.set(store.keys.regions, JSON.stringify(regions)));
}
