import type { Point } from '../engine/input.ts';
import type { Place } from '../engine/place.ts';
import { metresBetween } from './distance.ts';
import type { RegionTree } from './region-tree.ts';

/** Greatest distance at which a person counts as present, metres. Phone locations may be off by as much. */
export const REACH_METRES = 300;

/**
 * Computes the distance of a sent point from a place, metres. It is 0 anywhere in the place's region if the place has no point.
 * The point may be WGS-84 or GCJ-02; the nearer reading counts.
 */
export function metresTo(place: Place, sent: Point, regions: RegionTree): number {
  const readings = [sent, ...regions.read(sent).flatMap(({ point }) => point ?? [])];
  const metres = readings.map((point) => {
    if (place.point) return metresBetween(place.point, point);
    const at = regions.at(point);
    return place.region !== undefined && at !== undefined && regions.chain(at).includes(place.region) ? 0 : Infinity;
  });
  return Math.min(...metres);
}
