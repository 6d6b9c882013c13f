import gcoordModule from 'gcoord';
import type { Point } from '../engine/input.ts';

// Its types describe an ES module, what Node loads is CommonJS: the default import is the whole module.
const { transform, WGS84, GCJ02, BD09 } = gcoordModule as unknown as typeof gcoordModule.default;

/** How a source counts longitude and latitude: the world's GPS, the maps sold in China, Baidu's own. */
export const DATUMS = ['wgs84', 'gcj02', 'bd09'] as const;
export type Datum = (typeof DATUMS)[number];

const NAMES = { wgs84: WGS84, gcj02: GCJ02, bd09: BD09 } as const;

/** The point as GPS would give it. A mistaken datum is off by half a kilometre and more. */
export function toWgs84({ longitude, latitude }: Point, from: Datum): Point {
  if (from === 'wgs84') return { longitude, latitude };
  const [x = longitude, y = latitude] = transform([longitude, latitude], NAMES[from], WGS84);
  return { longitude: round(x), latitude: round(y) };
}

/** Six decimals are a tenth of a metre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
