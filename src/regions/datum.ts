import gcoordModule from 'gcoord';
import type { Point } from '../engine/input.ts';

// The types describe an ES module, but Node loads CommonJS: the default import is the whole module.
const { transform, WGS84, GCJ02, BD09 } = gcoordModule as unknown as typeof gcoordModule.default;

/** Geodetic datums: GPS, Chinese maps, Baidu. */
export const DATUMS = ['wgs84', 'gcj02', 'bd09'] as const;
export type Datum = (typeof DATUMS)[number];

const NAMES = { wgs84: WGS84, gcj02: GCJ02, bd09: BD09 } as const;

/** Converts a point to WGS-84. A wrong datum shifts it by 500 metres or more. */
export function toWgs84({ longitude, latitude }: Point, from: Datum): Point {
  if (from === 'wgs84') return { longitude, latitude };
  const [x = longitude, y = latitude] = transform([longitude, latitude], NAMES[from], WGS84);
  return { longitude: round(x), latitude: round(y) };
}

/** Converts a WGS-84 point to another datum. */
export function fromWgs84({ longitude, latitude }: Point, to: Datum): Point {
  const [x = longitude, y = latitude] = transform([longitude, latitude], WGS84, NAMES[to]);
  return { longitude: round(x), latitude: round(y) };
}

/** Rounds to six decimals, about 0.1 metre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
