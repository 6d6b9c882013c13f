import type { RegionTree } from '../regions/region-tree.ts';

/** The next regions below that are shown by themselves: nothing smaller than a street. */
export function unitsUnder(region: string, regions: RegionTree): readonly string[] {
  const districts = regions.within(region, 'district').filter((id) => id !== region);
  if (districts.length > 0) return districts;
  return regions.within(region, 'street').filter((id) => id !== region);
}

/** The street in which a community lies. */
export function streetOf(community: string, regions: RegionTree): string {
  return regions.above(community, 'street') ?? community;
}
