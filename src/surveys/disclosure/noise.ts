import { randomBytes } from 'node:crypto';

/**
 * Adds noise to counts of disjoint cells: ε-differential privacy. It is the two-sided geometric mechanism (Ghosh, Roughgarden &
 * Sundararajan 2009). Draw it once and store it: repeated draws would average out. With ε = 1 its standard deviation is
 * 1.36 answers.
 */
export function addNoise(
  counts: readonly number[],
  epsilon = 1,
  uniform: () => number = secureUniform,
): readonly number[] {
  const alpha = Math.exp(-epsilon);
  // The difference of two geometric variates is two-sided geometric.
  const geometric = () => Math.floor(Math.log(uniform()) / Math.log(alpha));
  return counts.map((count) => Math.max(0, count + geometric() - geometric()));
}

/** Returns an unpredictable number above 0 and at most 1. */
function secureUniform(): number {
  return (Number(randomBytes(8).readBigUInt64BE() >> 11n) + 1) / 2 ** 53;
}
