import type { Names } from '../engine/step.ts';

export const REGION_LEVELS = ['city', 'district', 'street', 'community', 'grid'] as const;
export type RegionLevel = (typeof REGION_LEVELS)[number];

/** A ring as [longitude, latitude] pairs, WGS-84, the first pair repeated at the end. */
export type Ring = readonly (readonly [number, number])[];
/** A piece of ground as GeoJSON writes it (RFC 7946): outer ring first, then holes. */
export type Ground =
  | { readonly type: 'Polygon'; readonly coordinates: readonly Ring[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] };

/** A part of the city: 市, 区县, 镇街, 村社区 or 网格. Ids are the 12-digit statistical codes, grids with three more digits. */
export type Region = {
  readonly id: string;
  readonly parent?: string;
  readonly level: RegionLevel;
  readonly names: Names;
  /** A development zone (功能区): it stands beside the districts though the civil list does not have it. */
  readonly zone?: true;
  readonly ground?: Ground;
};

/** All polygons of a ground, each with its holes. */
export function polygonsOf(ground: Ground): readonly (readonly Ring[])[] {
  return ground.type === 'Polygon' ? [ground.coordinates] : ground.coordinates;
}
