import type { Point } from '../../../engine/input.ts';

/** Maps a place to a plane; x grows to the east and y to the south. */
export type Projection = (point: Point) => readonly [x: number, y: number];

/** A plane for a city: a degree of longitude is shorter than one of latitude. */
export function planeAt(latitude: number): Projection {
  const shrink = Math.cos((latitude * Math.PI) / 180);
  return (point) => [point.longitude * shrink, -point.latitude];
}

/** Where a plane lies in a picture: `scale` is px for a unit of the plane. */
export type Frame = {
  readonly width: number;
  readonly height: number;
  readonly west: number;
  readonly north: number;
  readonly scale: number;
  /** Px left of `west`. */
  readonly left: number;
};

/** Fits points into a width, and a height of at most `heightMax`, both in px. */
export function frameOf(points: readonly (readonly [number, number])[], width: number, heightMax: number): Frame {
  const [west, east] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))];
  const [north, south] = [Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y))];
  const ratio = (south - north) / (east - west || 1);
  const height = Math.min(heightMax, Math.round(width * ratio)) || 1;
  const drawn = height / (ratio || 1);
  return { width, height, west, north, scale: drawn / (east - west || 1), left: (width - drawn) / 2 };
}

/** The place of a point of the plane in the picture, px. */
export function placeIn({ west, north, scale, left }: Frame, [x, y]: readonly [number, number]): [number, number] {
  return [left + (x - west) * scale, (y - north) * scale];
}
