/** Probability of `count` or more events of a Poisson distribution with this mean. */
export function poissonTail(count: number, mean: number): number {
  if (count <= 0) return 1;
  if (mean <= 0) return 0;
  // Above the mean the tail is summed itself: 1 minus the rest would lose its digits.
  const isTailShort = count > mean;
  let term = Math.exp(-mean + count * Math.log(mean) - logFactorial(count));
  let sum = 0;
  if (isTailShort) {
    for (let k = count; term > sum * Number.EPSILON; k += 1, term *= mean / k) sum += term;
    return sum;
  }
  for (let k = count - 1; k >= 0; k -= 1) {
    term *= (k + 1) / mean;
    sum += term;
    if (term < sum * Number.EPSILON) break;
  }
  return 1 - sum;
}

/** The smallest count that chance reaches with a probability of at most `alpha`. */
export function poissonLimit(mean: number, alpha: number): number {
  let count = Math.max(1, Math.floor(mean));
  while (poissonTail(count, mean) > alpha) count += 1;
  return count;
}

/**
 * Probability of `count` or more events in a week, where `weeks` earlier weeks held `sum` of them: the mean is not known
 * but estimated (Jeffreys prior), so the tail is that of a negative binomial distribution with shape sum + ½.
 */
export function predictiveTail(count: number, sum: number, weeks: number): number {
  const shape = sum + 0.5;
  const stay = weeks / (weeks + 1);
  // As a logarithm: no event in a week of many hundreds has a chance below the smallest number.
  let log = shape * Math.log(stay);
  let below = 0;
  for (let k = 0; k < count; k += 1) {
    below += Math.exp(log);
    log += Math.log(((shape + k) / (k + 1)) * (1 - stay));
  }
  let term = Math.exp(log);
  let tail = 0;
  for (let k = count; term > tail * Number.EPSILON; k += 1) {
    tail += term;
    term *= ((shape + k) / (k + 1)) * (1 - stay);
  }
  return below > 0.5 ? tail : 1 - below;
}

/** Weeks of evidence that the rate of the larger region counts for. */
const PRIOR_WEEKS = 4;

/** Weekly rate of a short series, shrunken to the rate of its larger region: (Σy + 4r) / (n + 4). */
export function shrunkenRate(weeks: readonly number[], parentRate: number): number {
  const own = weeks.reduce((sum, count) => sum + count, 0);
  return (own + PRIOR_WEEKS * parentRate) / (weeks.length + PRIOR_WEEKS);
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k += 1) sum += Math.log(k);
  return sum;
}
