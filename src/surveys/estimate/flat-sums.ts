import type { Sums } from './estimate.ts';

/** The sums of many domains in one array, each with its fields side by side. Objects would lie scattered in memory. */
export type FlatSums = Float64Array;

/** Number of fields of Sums. */
const WIDTH = 8;

export function flatSums(domains: number): FlatSums {
  return new Float64Array(WIDTH * domains);
}

/** Adds one answer of value `y` and weight `w` to a domain. */
export function addAnswerAt(sums: FlatSums, domain: number, y: number, w: number): void {
  const at = WIDTH * domain;
  const ww = w * w;
  add(sums, at, 1);
  if (y > 0.5) add(sums, at + 1, 1);
  if (y < 0.5) add(sums, at + 2, 1);
  add(sums, at + 3, w);
  add(sums, at + 4, w * y);
  add(sums, at + 5, ww);
  add(sums, at + 6, ww * y);
  add(sums, at + 7, ww * y * y);
}

/** Adds a domain of other sums, or of the same. */
export function addDomain(sums: FlatSums, domain: number, from: FlatSums, other: number): void {
  const at = WIDTH * domain;
  const fromAt = WIDTH * other;
  for (let i = 0; i < WIDTH; i += 1) add(sums, at + i, from[fromAt + i] ?? 0);
}

export function sumsAt(sums: FlatSums, domain: number): Sums {
  const field = (i: number) => sums[WIDTH * domain + i] ?? 0;
  return {
    n: field(0),
    above: field(1),
    below: field(2),
    w: field(3),
    wy: field(4),
    ww: field(5),
    wwy: field(6),
    wwyy: field(7),
  };
}

function add(sums: FlatSums, at: number, by: number): void {
  sums[at] = (sums[at] ?? 0) + by;
}
