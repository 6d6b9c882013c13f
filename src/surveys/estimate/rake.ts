/** One way of dividing people up: the category of each respondent, and how many people there are in each category. */
export type Margin = {
  readonly of: Int32Array;
  readonly targets: Float64Array;
};

/** Weights that fit every margin, how often the margins were gone through, and how far off they still are (relative). */
export type Raked = { readonly weights: Float64Array; readonly rounds: number; readonly error: number };

const ROUNDS_MAX = 300;
const ERROR_MAX = 1e-6;
/** No respondent counts for less, or for more, of the mean than this. */
const TRIM = { least: 0.2, most: 5 };
/** Fewer respondents than this in a category say nothing about it: it is looked at with its neighbour. */
const CATEGORY_MIN = 5;

/** The weights cannot be made to fit what is known of the people. */
export class NoWeights extends Error {
  override readonly name = 'NoWeights';
}

/**
 * Weights by which the respondents are composed as the people are: each margin in turn is made to fit, again and again
 * (iterative proportional fitting; Deming & Stephan 1940, Ann. Math. Statist. 11:427), with extremes trimmed on the way
 * (Izrael et al. 2009). `base` is 1 over the chance of having been asked. Targets are people, or shares: only their
 * proportions count, and the weights keep the sum of the first margin's targets. Throws NoWeights if 300 rounds do not suffice.
 */
export function rake(
  base: Float64Array,
  margins: readonly Margin[],
  { trims = true, errorMax = ERROR_MAX } = {},
): Raked {
  const weights = Float64Array.from(base);
  const [first] = margins;
  if (!first || weights.length === 0) return { weights, rounds: 0, error: 0 };
  const total = sum(first.targets);
  const wanted = margins.map(({ of, targets }) => ({ of, targets: scaled(targets, total / sum(targets)) }));
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    for (const { of, targets } of wanted) {
      const sums = sumsOf(weights, of, targets.length);
      for (let i = 0; i < weights.length; i += 1) {
        const category = of[i] ?? 0;
        weights[i] = ((weights[i] ?? 0) * (targets[category] ?? 0)) / (sums[category] ?? 1);
      }
    }
    if (trims) trim(weights);
    const error = Math.max(...wanted.map((margin) => errorOf(weights, margin)));
    if (error < errorMax) return { weights, rounds: round, error };
  }
  throw new NoWeights('The weights do not settle: too few answers for what is known of the people.');
}

/** A margin whose thin categories, and those in which nobody lives, are joined with their neighbours. */
export function collapsed({ of, targets }: Margin): Margin {
  const counts = sumsOf(new Float64Array(of.length).fill(1), of, targets.length);
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
  const groupOf = new Map(groups.flatMap(({ members }, g) => members.map((member) => [member, g] as const)));
  return {
    of: of.map((category) => groupOf.get(category) ?? 0),
    targets: Float64Array.from(groups, ({ target }) => target),
  };
}

/** By how much unequal weights blow up the variance: n·Σw²/(Σw)² (Kish 1992, J. Off. Statist. 8:183). */
export function kishDeff(weights: Float64Array): number {
  let [all, squares] = [0, 0];
  for (const weight of weights) {
    all += weight;
    squares += weight * weight;
  }
  return all === 0 ? 1 : (weights.length * squares) / (all * all);
}

function trim(weights: Float64Array): void {
  const mean = sum(weights) / weights.length;
  for (let i = 0; i < weights.length; i += 1) {
    weights[i] = Math.min(TRIM.most * mean, Math.max(TRIM.least * mean, weights[i] ?? 0));
  }
}

function errorOf(weights: Float64Array, { of, targets }: Margin): number {
  const sums = sumsOf(weights, of, targets.length);
  return Math.max(...sums.map((at, i) => Math.abs(at - (targets[i] ?? 0)) / (targets[i] || 1)));
}

function sumsOf(weights: Float64Array, of: Int32Array, categories: number): Float64Array {
  const sums = new Float64Array(categories);
  for (let i = 0; i < of.length; i += 1) {
    const category = of[i] ?? 0;
    sums[category] = (sums[category] ?? 0) + (weights[i] ?? 0);
  }
  return sums;
}

function scaled(values: Float64Array, by: number): Float64Array {
  return values.map((value) => value * by);
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}
