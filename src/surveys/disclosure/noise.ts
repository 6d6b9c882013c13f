import { randomBytes } from 'node:crypto';

/**
 * Counts of cells that do not overlap, with noise by which nobody can tell whether any one person is among them
 * (ε-differential privacy; the two-sided geometric mechanism of Ghosh, Roughgarden & Sundararajan 2009). To be drawn once and
 * kept: drawn anew each time it would average out. With ε = 1 the noise has a standard deviation of 1.36 answers.
 */
export function withNoise(
  counts: readonly number[],
  epsilon = 1,
  uniform: () => number = secureUniform,
): readonly number[] {
  const alpha = Math.exp(-epsilon);
  // The difference of two geometric numbers is two-sided geometric.
  const geometric = () => Math.floor(Math.log(uniform()) / Math.log(alpha));
  return counts.map((count) => Math.max(0, count + geometric() - geometric()));
}

/** A number above 0 and at most 1 that nobody can guess. */
function secureUniform(): number {
  return (Number(randomBytes(8).readBigUInt64BE() >> 11n) + 1) / 2 ** 53;
}
