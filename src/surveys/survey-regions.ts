import type { RegionTree } from '../regions/region-tree.ts';

/** Returns the regions below that have numbers of their own: districts, else streets, nothing smaller. */
export function reportedUnits(region: string, regions: RegionTree): readonly string[] {
  const districts = regions.within(region, 'district').filter((id) => id !== region);
  if (districts.length > 0) return districts;
  return regions.within(region, 'street').filter((id) => id !== region);
}

/** Returns the street of a community. */
export function streetOf(community: string, regions: RegionTree): string {
  return regions.above(community, 'street') ?? community;
}
