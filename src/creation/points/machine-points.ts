/** A share of rows: `y` of `n`. Survey estimates give p · nEff and nEff, which are not always whole. */
export type Share = { readonly y: number; readonly n: number };

/** Goalposts: the share of no points and the share of all points, 0–1. They run down where less is better. */
export type Goalposts = { readonly from: number; readonly to: number };

/** The prior weighs as much as 30 rows. */
export const PRIOR_ROWS = 30;
/** Answers that a survey estimate needs, as its effective sample size. */
export const ANSWERS_LEAST = 30;

/** Shrinks a share towards the city's: θ̃ = (y + 30m)/(n + 30), with m the share of all rows of the city. */
export function shrunkenShare({ y, n }: Share, city: number): number {
  return (y + PRIOR_ROWS * city) / (n + PRIOR_ROWS);
}

/** The part of an item's points that a share earns: (θ − a)/(b − a), at least 0 and at most 1. */
export function partEarned(theta: number, { from, to }: Goalposts): number {
  return Math.min(1, Math.max(0, (theta - from) / (to - from)));
}

/** True if no row counts against the share. */
export function isClean({ y, n }: Share, { from, to }: Goalposts): boolean {
  return from < to ? y === n : y === 0;
}

/** The part that a count earns of the number that earns all points. */
export function partCounted(count: number, times: number): number {
  return Math.min(1, count / times);
}
