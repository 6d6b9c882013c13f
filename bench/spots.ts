import { demoRegions } from '../src/demo/city.ts';
import type { Point } from '../src/engine/input.ts';
import type { RegionTree } from '../src/regions/region-tree.ts';
import { regionTree } from '../src/regions/region-tree.ts';

/** A grid over the demo's city. Its spots lie farther apart than reports of one hazard, which are 50 m. */
const CORNER: Point = { latitude: 31.44, longitude: 119.43 };
const STEP: Point = { latitude: 0.0006, longitude: 0.0007 };
const COLUMNS = 200;
const ROWS = 200;

const found: Point[] = [];
let regions: RegionTree | undefined;
let cell = 0;

/** Returns the n-th spot of the city. No two are near each other, and each lies clearly in one community. */
export function spotAt(n: number): Point {
  regions ??= regionTree(demoRegions());
  for (; found.length <= n; cell += 1) {
    if (cell >= COLUMNS * ROWS) throw new Error(`The city has ${found.length} spots, but person ${n} needs one.`);
    const latitude = CORNER.latitude + STEP.latitude * Math.floor(cell / COLUMNS);
    const longitude = CORNER.longitude + STEP.longitude * (cell % COLUMNS);
    const point = { latitude: Number(latitude.toFixed(6)), longitude: Number(longitude.toFixed(6)) };
    // On a shifted map the product moves a point outside the city, and asks about one in another community.
    const [reading, ...others] = regions.read(point);
    if (reading?.region !== undefined && !reading.sent && others.length === 0) found.push(point);
  }
  return found[n] as Point; // the loop found it
}
