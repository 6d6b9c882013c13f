/** Allowance and decision limit: in-control run length 500 (Rossi 1999). */
const ALLOWANCE = 1.04;
const LIMIT = 2.26;

/** The path of C = max(0, C + (x − m) / √m − 1.04): a slow rise that no single week shows. */
export function cusumPath(weeks: readonly number[], mean: number): readonly number[] {
  let sum = 0;
  return weeks.map((count) => {
    sum = Math.max(0, sum + (count - mean) / Math.sqrt(mean) - ALLOWANCE);
    return sum;
  });
}

/** The decision limit after some halvings of the false-alarm rate; each adds ln 2 / (2 · 1.04) (Siegmund 1985). */
export function cusumLimit(halvings: number): number {
  return LIMIT + (halvings * Math.LN2) / (2 * ALLOWANCE);
}
