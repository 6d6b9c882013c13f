import type { Random } from '../../../random.ts';

/** A set of cells, such as some neighbouring streets over the last weeks, by their indexes. */
export type ScanWindow = readonly number[];

/** The most unusual window. */
export type ScanResult = {
  readonly window: ScanWindow;
  readonly count: number;
  readonly expected: number;
  readonly ratio: number;
  readonly p: number;
};

/** Log likelihood ratio of a window (Kulldorff 1997): c ln(c/e) + (N−c) ln((N−c)/(N−e)); 0 unless c > e. */
export function logLikelihoodRatio(count: number, expected: number, total: number): number {
  if (count <= expected) return 0;
  const rest = total - count;
  return count * Math.log(count / expected) + (rest > 0 ? rest * Math.log(rest / (total - expected)) : 0);
}

/** The same ratio against known expectations, without the condition on the total: c ln(c/e) + e − c. */
export function expectationRatio(count: number, expected: number): number {
  return count <= expected ? 0 : count * Math.log(count / expected) + expected - count;
}

type Scan = {
  readonly counts: readonly number[];
  /** Cases of the whole map, and the expected count of each window. */
  readonly total: number;
  readonly expected: readonly number[];
  readonly windows: readonly ScanWindow[];
  /** Makes a map by chance, with the same total. */
  readonly randomMap: () => readonly number[];
  readonly replicates?: number;
  /** Stops once p can no longer fall to this value. */
  readonly decidesAt?: number;
};

/**
 * Scans the windows for the largest ratio. Its p-value is (1 + r) / (1 + R), where r of R random maps have one as large.
 * A seeded generator makes it repeatable.
 */
export function scan(given: Scan): ScanResult | undefined {
  const { counts, total, expected, windows, randomMap, replicates = 999, decidesAt } = given;
  const best = bestOf(counts, windows, expected, total);
  if (best.ratio === 0) return undefined;
  const most = decidesAt === undefined ? replicates : Math.ceil(decidesAt * (replicates + 1));
  let larger = 0;
  let done = 0;
  while (done < replicates && larger <= most) {
    if (bestOf(randomMap(), windows, expected, total).ratio >= best.ratio) larger += 1;
    done += 1;
  }
  const { i, ratio } = best;
  const window = windows[i] ?? [];
  const count = window.reduce((sum, cell) => sum + (counts[cell] ?? 0), 0);
  return { window, count, expected: expected[i] ?? 0, ratio, p: (1 + larger) / (1 + done) };
}

function bestOf(
  counts: readonly number[],
  windows: readonly ScanWindow[],
  sums: readonly number[],
  total: number,
): { readonly i: number; readonly ratio: number } {
  let best = { i: 0, ratio: 0 };
  for (const [i, cells] of windows.entries()) {
    let count = 0;
    for (const cell of cells) count += counts[cell] ?? 0;
    const ratio = logLikelihoodRatio(count, sums[i] ?? 0, total);
    if (ratio > best.ratio) best = { i, ratio };
  }
  return best;
}

/** Throws `total` events on the cells by their shares: the map of chance where the shares are known. */
export function sharedMap(shares: readonly number[], total: number, random: Random): readonly number[] {
  const ends = cumulate(shares);
  const map = new Array<number>(ends.length).fill(0);
  for (let n = 0; n < total; n += 1) {
    const x = random();
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 1) > x) high = middle;
      else low = middle + 1;
    }
    map[low] = (map[low] ?? 0) + 1;
  }
  return map;
}

function cumulate(shares: readonly number[]): readonly number[] {
  const mass = shares.reduce((sum, one) => sum + one, 0);
  let sum = 0;
  return shares.map((one) => {
    sum += one / mass;
    return sum;
  });
}
