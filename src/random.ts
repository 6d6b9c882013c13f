/** Returns a number from 0 to below 1; equal seeds give equal sequences. */
export type Random = () => number;

/** A seeded generator (mulberry32), for demo data and tests; not for security. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Picks one element of a list. */
export function pickFrom<T>(random: Random, list: readonly T[]): T {
  const picked = list[Math.floor(random() * list.length)];
  if (picked === undefined) throw new Error('The list to pick from is empty.');
  return picked;
}

/** True with this probability. */
export function sometimes(random: Random, probability: number): boolean {
  return random() < probability;
}

/** Draws a count from a Poisson distribution (Knuth's product method). */
export function countFrom(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}
