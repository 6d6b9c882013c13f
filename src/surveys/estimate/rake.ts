/** One classification: the category of each respondent, and the people (or share) in each category. */
export type Margin = {
  readonly categoryOf: Int32Array;
  readonly targets: Float64Array;
};

/**
 * Weights, the number of rounds, and what remains between respondents and margins: the largest relative error of a category,
 * and the largest difference of shares (0 to 1).
 */
export type RakedWeights = {
  readonly weights: Float64Array;
  readonly rounds: number;
  readonly error: number;
  readonly gap: number;
};

const ROUNDS_MAX = 300;
const ERROR_MAX = 1e-6;
/** Bounds of a weight, as multiples of the mean. */
const TRIM = { least: 0.2, most: 5 };
const TRIMS_MAX = 100;
const TRIM_STABLE = 1e-9;
/** A category with fewer respondents is merged with its neighbour. */
const CATEGORY_MIN = 5;

/** Raking did not converge to the margins. */
export class NotConverged extends Error {
  override readonly name = 'NotConverged';
}

/**
 * Rakes weights until the respondents match the people on every margin: iterative proportional fitting (Deming & Stephan 1940,
 * Ann. Math. Statist. 11:427), with trimming in each round (Izrael et al. 2009). `base` is 1 over the chance of selection. Only
 * the proportions of targets matter; the weights sum to the first margin's targets. If trimmed weights cannot reach the margins,
 * they stay trimmed, and `error` says how far off they are. Throws NotConverged if no weights reach them in 300 rounds.
 */
export function rake(
  base: Float64Array,
  margins: readonly Margin[],
  { trims = true, errorMax = ERROR_MAX } = {},
): RakedWeights {
  const weights = Float64Array.from(base);
  const [first] = margins;
  if (!first || weights.length === 0) return { weights, rounds: 0, error: 0, gap: 0 };
  const total = sum(first.targets);
  const wanted = margins.map(({ categoryOf, targets }) => ({
    categoryOf,
    targets: scaled(targets, total / sum(targets)),
  }));
  let error = Number.POSITIVE_INFINITY;
  let rounds = 0;
  while (error >= errorMax && rounds < ROUNDS_MAX) {
    rounds += 1;
    for (const { categoryOf, targets } of wanted) {
      const sums = sumsOf(weights, categoryOf, targets.length);
      for (let i = 0; i < weights.length; i += 1) {
        const category = categoryOf[i] ?? 0;
        weights[i] = ((weights[i] ?? 0) * (targets[category] ?? 0)) / (sums[category] ?? 1);
      }
    }
    if (trims) trim(weights);
    error = Math.max(...wanted.map((margin) => errorOf(weights, margin)));
  }
  if (error >= errorMax) {
    if (!trims) throw new NotConverged('The weights do not converge: too few answers for the census margins.');
    // Trimming alone is in the way if untrimmed weights reach the margins.
    rake(base, margins, { trims: false, errorMax });
  }
  return { weights, rounds, error, gap: Math.max(...wanted.map((margin) => gapOf(weights, margin))) };
}

/** Merges categories with few respondents or no people into their neighbours. */
export function mergeThinCategories({ categoryOf, targets }: Margin): Margin {
  const counts = countsOf(categoryOf, targets.length);
  const groups: { members: number[]; count: number; target: number }[] = [...targets].map((target, i) => ({
    members: [i],
    count: counts[i] ?? 0,
    target,
  }));
  for (let i = 0; i < groups.length && groups.length > 1; ) {
    const group = groups[i];
    if (!group || (group.count >= CATEGORY_MIN && group.target > 0)) {
      i += 1;
      continue;
    }
    const into = groups[i + 1] ?? groups[i - 1];
    if (!into) break;
    into.members.push(...group.members);
    into.count += group.count;
    into.target += group.target;
    groups.splice(i, 1);
    i = Math.max(0, i - 1);
  }
  const groupOf = Int32Array.from(targets, (_, category) =>
    groups.findIndex(({ members }) => members.includes(category)),
  );
  return {
    categoryOf: categoryOf.map((category) => groupOf[category] ?? 0),
    targets: Float64Array.from(groups, ({ target }) => target),
  };
}

/** Returns the design effect of unequal weights, n·Σw²/(Σw)² (Kish 1992, J. Off. Statist. 8:183). */
export function kishDeff(weights: Float64Array): number {
  let [all, squares] = [0, 0];
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i] ?? 0;
    all += weight;
    squares += weight * weight;
  }
  return all === 0 ? 1 : (weights.length * squares) / (all * all);
}

/** Trims weights to the bounds of their mean, in place; trimming moves the mean, so it repeats until the mean is stable. */
function trim(weights: Float64Array): void {
  for (let round = 0; round < TRIMS_MAX; round += 1) {
    const mean = sum(weights) / weights.length;
    for (let i = 0; i < weights.length; i += 1) {
      weights[i] = Math.min(TRIM.most * mean, Math.max(TRIM.least * mean, weights[i] ?? 0));
    }
    if (Math.abs(sum(weights) / weights.length - mean) <= TRIM_STABLE * mean) return;
  }
}

function errorOf(weights: Float64Array, { categoryOf, targets }: Margin): number {
  const sums = sumsOf(weights, categoryOf, targets.length);
  return Math.max(...sums.map((at, i) => Math.abs(at - (targets[i] ?? 0)) / (targets[i] || 1)));
}

/** Returns the largest difference between the share of a category among respondents and among people. */
function gapOf(weights: Float64Array, { categoryOf, targets }: Margin): number {
  const [all, people] = [sum(weights), sum(targets)];
  const sums = sumsOf(weights, categoryOf, targets.length);
  return Math.max(...sums.map((at, i) => Math.abs(at / all - (targets[i] ?? 0) / people)));
}

function sumsOf(weights: Float64Array, categoryOf: Int32Array, categories: number): Float64Array {
  const sums = new Float64Array(categories);
  for (let i = 0; i < categoryOf.length; i += 1) {
    const category = categoryOf[i] ?? 0;
    sums[category] = (sums[category] ?? 0) + (weights[i] ?? 0);
  }
  return sums;
}

/** Returns the number of respondents in each category. */
export function countsOf(categoryOf: Int32Array, categories: number): Float64Array {
  return sumsOf(new Float64Array(categoryOf.length).fill(1), categoryOf, categories);
}

function scaled(values: Float64Array, by: number): Float64Array {
  return values.map((value) => value * by);
}

export function sum(values: Float64Array): number {
  let all = 0;
  for (let i = 0; i < values.length; i += 1) all += values[i] ?? 0;
  return all;
}
