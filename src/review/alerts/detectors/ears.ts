/** The smallest standard deviation that counts: after weeks of zeros a single report is no alarm. */
const DEVIATION_MIN = 0.5;
/** Steps of the baseline. */
export const EARS_BASELINE = 7;

/** Mean and upper limit of a baseline. */
export type EarsLimit = { readonly mean: number; readonly deviation: number; readonly upper: number };

/**
 * The limit of EARS (Hutwagner 2003): mean + z · max(sd, .5) of seven steps. C1 takes the steps just before the last
 * one; C2 leaves out two, so that the first days of a rise do not raise their own limit.
 */
export function earsLimit(before: readonly number[], kind: 'C1' | 'C2', z: number): EarsLimit {
  const end = before.length - (kind === 'C2' ? 2 : 0);
  const baseline = before.slice(Math.max(0, end - EARS_BASELINE), end);
  const mean = baseline.reduce((sum, count) => sum + count, 0) / baseline.length;
  const squares = baseline.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  const deviation = Math.max(DEVIATION_MIN, Math.sqrt(squares / (baseline.length - 1)));
  return { mean, deviation, upper: mean + z * deviation };
}
