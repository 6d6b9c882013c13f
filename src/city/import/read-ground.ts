import type { Point } from '../../engine/input.ts';
import { readDecimal } from '../../files/strict-number.ts';
import type { Datum } from '../../regions/datum.ts';
import { toWgs84 } from '../../regions/datum.ts';
import type { Ground, Ring } from '../../regions/region.ts';

/** Reads a GeoJSON geometry into WGS-84; null if it is no polygon, is open or lies outside China. */
export function readGround(geometry: unknown, datum: Datum): Ground | null {
  const { type, coordinates } = geometry as { readonly type?: unknown; readonly coordinates?: unknown };
  if (!Array.isArray(coordinates)) return null;
  const polygons = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : [];
  const read = polygons.map((rings: unknown) =>
    Array.isArray(rings) ? rings.map((ring) => readRing(ring, datum)) : [null],
  );
  if (read.length === 0 || read.some((rings) => rings.length === 0 || rings.includes(null))) return null;
  const whole = read as readonly (readonly Ring[])[];
  const [only] = whole;
  return only && type === 'Polygon' ? { type, coordinates: only } : { type: 'MultiPolygon', coordinates: whole };
}

function readRing(ring: unknown, datum: Datum): Ring | null {
  if (!Array.isArray(ring) || ring.length < 4) return null;
  const pairs = ring.map((pair: unknown) => {
    const [longitude, latitude] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    if (typeof longitude !== 'number' || typeof latitude !== 'number') return undefined;
    if (!isInChina({ longitude, latitude })) return undefined;
    const point = toWgs84({ longitude, latitude }, datum);
    return [point.longitude, point.latitude] as const;
  });
  const [first, last] = [pairs[0], pairs.at(-1)];
  const closed = first && last && first[0] === last[0] && first[1] === last[1];
  return closed && pairs.every((pair) => pair !== undefined) ? (pairs as Ring) : null;
}

/** Reads degrees as written into WGS-84; null if they are no numbers or lie outside China. */
export function readPoint(east: string, north: string, datum: Datum): Point | null {
  const [longitude, latitude] = [readDecimal(east), readDecimal(north)];
  if (longitude === undefined || latitude === undefined || !isInChina({ longitude, latitude })) return null;
  return toWgs84({ longitude, latitude }, datum);
}

function isInChina({ longitude, latitude }: Point): boolean {
  return longitude > 73 && longitude < 136 && latitude > 3 && latitude < 54;
}
