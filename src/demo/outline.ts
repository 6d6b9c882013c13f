import type { Point } from '../engine/input.ts';

/** Corners of a convex polygon as [longitude, latitude], not closed. */
export type Outline = readonly (readonly [number, number])[];

/** Makes an oval with this number of corners. */
export function roundOutline(centre: Point, radius: Point, corners: number): Outline {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return [centre.longitude + radius.longitude * Math.cos(angle), centre.latitude + radius.latitude * Math.sin(angle)];
  });
}

/** Cuts a polygon across its longer side into n parts of equal area. Neighbours share their edge. */
export function cutEqually(outline: Outline, n: number): readonly Outline[] {
  if (n === 1) return [outline];
  const left = Math.floor(n / 2);
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const axis = Math.max(...xs) - Math.min(...xs) >= Math.max(...ys) - Math.min(...ys) ? 0 : 1;
  const wanted = (areaOf(outline) * left) / n;
  let [low, high] = axis === 0 ? [Math.min(...xs), Math.max(...xs)] : [Math.min(...ys), Math.max(...ys)];
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    if (areaOf(halfOf(outline, axis, middle, true)) < wanted) low = middle;
    else high = middle;
  }
  const at = (low + high) / 2;
  return [
    ...cutEqually(halfOf(outline, axis, at, true), left),
    ...cutEqually(halfOf(outline, axis, at, false), n - left),
  ];
}

/** Returns the part of the outline below (or above) a line across one axis. */
function halfOf(outline: Outline, axis: 0 | 1, at: number, below: boolean): Outline {
  const inside = (corner: readonly [number, number]) => (below ? corner[axis] <= at : corner[axis] >= at);
  return outline.flatMap((corner, i) => {
    const next = outline[(i + 1) % outline.length] ?? corner;
    const kept = inside(corner) ? [corner] : [];
    if (inside(corner) === inside(next)) return kept;
    const t = (at - corner[axis]) / (next[axis] - corner[axis]);
    const other = axis === 0 ? 1 : 0;
    const across = corner[other] + t * (next[other] - corner[other]);
    return [...kept, axis === 0 ? ([at, across] as const) : ([across, at] as const)];
  });
}

function areaOf(outline: Outline): number {
  return Math.abs(
    outline.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = outline[(i + 1) % outline.length] ?? [x, y];
      return sum + x * nextY - nextX * y;
    }, 0) / 2,
  );
}
