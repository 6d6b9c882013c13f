import type { Names } from '../engine/step.ts';

/** The levels of regions, from the widest: 市, 区县, 镇街, 村社区, 网格. */
export const REGION_LEVELS = ['city', 'district', 'street', 'community', 'grid'] as const;
export type RegionLevel = (typeof REGION_LEVELS)[number];

/** A ring of [longitude, latitude] pairs, WGS-84; the first pair is repeated at the end. */
export type Ring = readonly (readonly [number, number])[];
/** An area as a GeoJSON geometry (RFC 7946): outer ring first, then holes. */
export type Ground =
  | { readonly type: 'Polygon'; readonly coordinates: readonly Ring[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] };

/** A region (区域) of one level. Its id is the 12-digit statistical code; a grid's has three more digits. */
export type Region = {
  readonly id: string;
  readonly parent?: string;
  readonly level: RegionLevel;
  readonly names: Names;
  /** A development zone (功能区): a district that the civil list does not have. */
  readonly zone?: true;
  readonly ground?: Ground;
};

/** All polygons of an area, each with its holes. */
export function polygonsOf(ground: Ground): readonly (readonly Ring[])[] {
  return ground.type === 'Polygon' ? [ground.coordinates] : ground.coordinates;
}
