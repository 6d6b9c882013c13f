import type { Region, Ring } from '../regions/region.ts';
import { polygonsOf } from '../regions/region.ts';
import type { Store } from '../store/store.ts';
import { loadCityData } from './city-store.ts';

/** A community with the rings of its ground, in degrees. */
export type CommunityOutline = Pick<Region, 'id' | 'names'> & { readonly rings: readonly Ring[] };

/** Loads the communities whose ground is known. */
export async function communityOutlines(store: Store): Promise<readonly CommunityOutline[]> {
  const { regions } = await loadCityData(store);
  return regions.flatMap(({ id, level, names, ground }) =>
    ground && level === 'community' ? [{ id, names, rings: polygonsOf(ground).flat() }] : [],
  );
}
