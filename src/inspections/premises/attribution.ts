import type { Premises } from '../../city/premises.ts';
import type { Place } from '../../engine/place.ts';
import { metresBetween } from '../../regions/distance.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { groundHolds } from '../../regions/region-tree.ts';

/** Premises without a ground reach this far from their entrance, metres. */
const RADIUS_METRES = 80;

/**
 * True if a place belongs to premises: it lies on their ground, else within 80 m of their entrance. A housing estate
 * without a ground has its whole community. A place without a point counts by its region alone.
 */
export function isOnPremises({ series, region, point, ground }: Premises, place: Place, regions: RegionTree): boolean {
  const at = place.point;
  if (ground && at) return groundHolds(ground, at);
  if (series === 'community') return place.region !== undefined && regions.chain(place.region).includes(region);
  return point !== undefined && at !== undefined && metresBetween(point, at) <= RADIUS_METRES;
}
