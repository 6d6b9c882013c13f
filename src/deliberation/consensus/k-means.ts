import type { Dot } from './principal-plane.ts';

/** Rounds until assignments usually stand still. */
const ROUNDS = 50;

/**
 * Parts dots into `k` clusters (Lloyd's algorithm). The first centre is the mean, each further start is the dot farthest
 * from all earlier ones: equal dots give equal clusters. Returns the centres.
 */
export function kMeans(dots: readonly Dot[], k: number): readonly Dot[] {
  let centres: Dot[] = [farthest(dots, [meanOf(dots)])];
  while (centres.length < k) centres = [...centres, farthest(dots, centres)];
  for (let round = 0; round < ROUNDS; round += 1) {
    const clusters = assign(dots, centres);
    const next = centres.map((centre, c) => {
      const inside = dots.filter((_, i) => clusters[i] === c);
      return inside.length === 0 ? centre : meanOf(inside);
    });
    if (next.every((centre, c) => distance(centre, centres[c] ?? centre) === 0)) break;
    centres = next;
  }
  return centres;
}

/** The index of the nearest centre for each dot. */
export function assign(dots: readonly Dot[], centres: readonly Dot[]): readonly number[] {
  return dots.map((dot) => {
    const distances = centres.map((centre) => distance(dot, centre));
    return distances.indexOf(Math.min(...distances));
  });
}

/**
 * Mean silhouette (Rousseeuw 1987): for each dot (b − a) / max(a, b), where a is its mean distance to its own cluster and b
 * that to the nearest other one. A dot alone in its cluster counts 0.
 */
export function silhouette(dots: readonly Dot[], clusters: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const cluster of clusters) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  if (sizes.size < 2) return 0;
  let total = 0;
  for (const [i, dot] of dots.entries()) {
    const own = clusters[i] ?? 0;
    const sums = new Map<number, number>();
    for (const [j, other] of dots.entries()) {
      const cluster = clusters[j] ?? 0;
      sums.set(cluster, (sums.get(cluster) ?? 0) + distance(dot, other));
    }
    const size = sizes.get(own) ?? 1;
    if (size === 1) continue;
    const a = (sums.get(own) ?? 0) / (size - 1);
    const others = [...sums].filter(([cluster]) => cluster !== own);
    const b = Math.min(...others.map(([cluster, sum]) => sum / (sizes.get(cluster) ?? 1)));
    total += Math.max(a, b) === 0 ? 0 : (b - a) / Math.max(a, b);
  }
  return total / dots.length;
}

function farthest(dots: readonly Dot[], from: readonly Dot[]): Dot {
  const distances = dots.map((dot) => Math.min(...from.map((one) => distance(dot, one))));
  return dots[distances.indexOf(Math.max(...distances))] ?? [0, 0];
}

function meanOf(dots: readonly Dot[]): Dot {
  const n = Math.max(1, dots.length);
  return [dots.reduce((all, [x]) => all + x, 0) / n, dots.reduce((all, [, y]) => all + y, 0) / n];
}

function distance([x, y]: Dot, [a, b]: Dot): number {
  return Math.hypot(x - a, y - b);
}
