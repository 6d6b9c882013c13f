import type { Mark } from './read-marks.ts';
import { MARKS } from './read-marks.ts';

/** Agreement of two checkers on one item, over `n` visits. It finds vague items and says nothing about persons. */
export type Agreement = {
  readonly n: number;
  /** Share of equal marks, 0–1. */
  readonly equal: number;
  /** Cohen's κ; undefined without visits, and where both checkers gave one mark only: chance explains it all. */
  readonly kappa: number | undefined;
};

/** Cohen's κ = (p₀ − pₑ) / (1 − pₑ) over pairs of marks; pₑ is the product of the raters' own margins (Cohen, 1960). */
export function agreementOf(pairs: readonly (readonly [Mark, Mark])[]): Agreement {
  const n = pairs.length;
  if (n === 0) return { n, equal: 0, kappa: undefined };
  const share = (mark: Mark, rater: 0 | 1) => pairs.filter((pair) => pair[rater] === mark).length / n;
  const equal = pairs.filter(([a, b]) => a === b).length / n;
  const chance = MARKS.reduce((sum, mark) => sum + share(mark, 0) * share(mark, 1), 0);
  return { n, equal, kappa: chance === 1 ? undefined : (equal - chance) / (1 - chance) };
}
