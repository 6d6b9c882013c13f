import type { City } from '../../city/city.ts';
import { communityOutlines } from '../../city/community-outlines.ts';
import type { Services } from '../../notify/services.ts';

/** A community as an SVG path; `x`, `y` is the place of its number. */
export type DrawnRegion = { readonly id: string; readonly path: string; readonly x: number; readonly y: number };

export type CityMap = { readonly width: number; readonly height: number; readonly regions: readonly DrawnRegion[] };

/** Units of the drawing. A narrow phone shows them at about their size, so text stays legible. */
const [WIDTH_MAX, HEIGHT_MAX] = [320, 360];
/** Coarser outlines are tried until all paths fit; a larger city has its table only. In units, and in bytes. */
const STEPS = [1, 2, 4, 8];
const PATHS_MAX = 12_000;

const drawn = new WeakMap<City, CityMap>();

/** Draws the communities that have an outline, once per version of the city's data. */
export async function drawCommunities({ store, city }: Services): Promise<CityMap> {
  const known = drawn.get(city);
  if (known) return known;
  const outlined = await communityOutlines(store);
  const points = outlined.flatMap(({ rings }) => rings.flat());
  const [west, east] = boundsOf(points.map(([longitude]) => longitude));
  const [south, north] = boundsOf(points.map(([, latitude]) => latitude));
  // A degree of longitude is shorter than one of latitude.
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(WIDTH_MAX / ((east - west) * shrink || 1), HEIGHT_MAX / (north - south || 1));
  const placed = outlined.map(({ id, rings }) => ({
    id,
    rings: rings.map((ring) => ring.map(([x, y]) => [(x - west) * shrink * scale, (north - y) * scale] as const)),
  }));
  const maps = STEPS.map((step) => placed.map(({ id, rings }) => draw(id, rings, step)));
  const map = {
    width: Math.ceil((east - west) * shrink * scale),
    height: Math.ceil((north - south) * scale),
    regions: maps.find((one) => one.reduce((sum, { path }) => sum + path.length, 0) <= PATHS_MAX) ?? [],
  };
  drawn.set(city, map);
  return map;
}

type Corners = readonly (readonly [number, number])[];

function draw(id: string, rings: readonly Corners[], step: number): DrawnRegion {
  const path = rings.map((ring) =>
    pathOf(
      ring.map(([x, y]) => [Math.round(x / step), Math.round(y / step)]),
      step,
    ),
  );
  const [outer = []] = rings;
  const middle = (values: readonly number[]) => Math.round(boundsOf(values).reduce((sum, one) => sum + one, 0) / 2);
  return { id, path: path.join(''), x: middle(outer.map(([x]) => x)), y: middle(outer.map(([, y]) => y)) };
}

/** The steps from corner to corner; corners that rounding made equal are drawn once. */
function pathOf(corners: Corners, step: number): string {
  const [[x, y] = [0, 0]] = corners;
  const moves = corners.slice(1).map(([a, b], i) => {
    const [before = 0, above = 0] = corners[i] ?? [];
    return [(a - before) * step, (b - above) * step] as const;
  });
  const lines = moves.filter(([a, b]) => a !== 0 || b !== 0).map(([a, b]) => `${a}${b < 0 ? '' : ' '}${b}`);
  return lines.length === 0 ? '' : `M${x * step} ${y * step}l${lines.join(' ').replaceAll(' -', '-')}z`;
}

function boundsOf(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low <= high ? [low, high] : [0, 0];
}
