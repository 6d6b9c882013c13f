import type { Region } from '../regions/region.ts';
import { REGION_LEVELS } from '../regions/region.ts';
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

/** Lists the regions down to communities as plain data, without names and borders: counting needs neither. */
export function plainRegions(regions: RegionTree): readonly Region[] {
  const levels = REGION_LEVELS.filter((level) => level !== 'grid');
  return levels.flatMap((level) =>
    regions.all(level).map((id): Region => {
      const [, parent] = regions.chain(id);
      return { id, level, names: {}, ...(parent ? { parent } : {}) };
    }),
  );
}
