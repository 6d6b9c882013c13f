import { expect, test } from 'vitest';
import { randomFrom } from '../../src/random.ts';
import { cusumPath } from '../../src/review/alerts/detectors/cusum.ts';
import { earsLimit } from '../../src/review/alerts/detectors/ears.ts';
import { farringtonLimit } from '../../src/review/alerts/detectors/farrington.ts';
import { poissonLimit, poissonTail, shrunkenRate } from '../../src/review/alerts/detectors/poisson.ts';
import { expectationRatio, logLikelihoodRatio, scan, sharedMap } from '../../src/review/alerts/detectors/scan.ts';
import { adjustPValues, normalQuantile } from '../../src/surveys/estimate/distributions.ts';

test.each([
  [0.7, 5],
  [2.8, 9],
  [6, 14],
])('a mean of %d a week alarms from %d', (mean, limit) => {
  expect(poissonLimit(mean, 0.005)).toBe(limit);
});

test('rain explains a count that would be an alarm on a dry week', () => {
  expect(poissonTail(18, 6)).toBeCloseTo(0.00006, 5);
  expect(poissonTail(18, 6 * 2.2)).toBeCloseTo(0.121, 3);
  expect(poissonTail(0, 3)).toBe(1);
  expect(poissonTail(21, 12.5)).toBeCloseTo(0.0173, 4);
});

test('a short series leans on the rate of its larger region', () => {
  expect(shrunkenRate([0, 0, 0, 0], 1)).toBe(0.5);
  expect(shrunkenRate([], 0.7)).toBe(0.7);
});

const Z = normalQuantile(0.999);
const RISE = [3, 5, 4, 6, 2, 4, 5, 4, 6, 11, 12];

test('C2 sees the second week of a rise, to which C1 is blind', () => {
  const before = RISE.slice(0, -1);
  expect(earsLimit(before, 'C1', Z).upper).toBeCloseTo(14.143016, 6);
  expect(earsLimit(before, 'C2', Z).upper).toBeCloseTo(8.159525, 6);
});

test('after seven weeks of zeros one report is no alarm', () => {
  expect(earsLimit([0, 0, 0, 0, 0, 0, 0], 'C1', Z).upper).toBeCloseTo(1.5451, 4);
});

const Z995 = normalQuantile(0.995);
const [STEADY, WILD, OUTBREAK] = [
  [6, 4, 7, 5, 8, 6, 5, 7, 5, 6, 9, 6, 7, 5, 8, 6, 7, 6, 9, 7, 8],
  [2, 9, 3, 14, 5, 1, 8, 4, 11, 2, 6, 13, 3, 7, 5, 10, 1, 12, 4, 8, 6],
  [5, 4, 6, 7, 5, 6, 4, 6, 30, 28, 5, 4, 6, 5, 7, 5, 4, 6, 5, 7, 6],
];

test('Farrington’s limit agrees with R to ten digits', () => {
  const steady = farringtonLimit(STEADY ?? [], Z995);
  expect(steady.mean).toBeCloseTo(6.5238095238, 9);
  expect(steady.dispersion).toBe(1);
  expect(steady.upper).toBeCloseTo(14.3091556739, 9);
  expect(steady.scoreOf(18)).toBeGreaterThan(Z995);
  expect(steady.scoreOf(steady.upper)).toBeCloseTo(Z995, 9);
  const wild = farringtonLimit(WILD ?? [], Z995);
  expect(wild.mean).toBeCloseTo(5.7779720517, 9);
  expect(wild.dispersion).toBeCloseTo(2.1701851522, 9);
  expect(wild.upper).toBeCloseTo(17.2976284239, 9);
});

test('an old outbreak blinds no later year', () => {
  expect(farringtonLimit(OUTBREAK ?? [], Z995).upper).toBeCloseTo(16.9232956965, 9);
  expect(farringtonLimit(OUTBREAK ?? [], Z995, { weighted: false }).upper).toBeCloseTo(32.9339125801, 9);
});

test('CUSUM adds up a slow drift', () => {
  const path = cusumPath([5, 6, 7, 9, 4], 4).map((one) => Number(one.toFixed(10)));
  expect(path).toEqual([0, 0, 0.46, 1.92, 0.88]);
});

test('the scan ratio has both of its forms', () => {
  expect(logLikelihoodRatio(12, 4.5, 60)).toBeCloseTo(4.8012145636, 9);
  expect(expectationRatio(12, 4.5)).toBeCloseTo(4.2699510361, 9);
  expect(logLikelihoodRatio(4, 4.5, 60)).toBe(0);
});

test('the scan finds the best window on a line and does not alarm by it', () => {
  const counts = [4, 6, 5, 11, 10, 3, 5, 6];
  const windows = counts.flatMap((_, from) =>
    [1, 2, 3].filter((n) => from + n <= counts.length).map((n) => Array.from({ length: n }, (_, i) => from + i)),
  );
  const shares = counts.map(() => 6.25);
  const expected = windows.map((cells) => cells.length * 6.25);
  const run = (seed: number) => {
    const random = randomFrom(seed);
    const randomMap = () => sharedMap(shares, 50, random);
    return scan({ counts, total: 50, expected, windows, randomMap, replicates: 9999 });
  };
  const found = run(1);
  expect(found?.window).toEqual([3, 4]);
  expect(found?.ratio).toBeCloseTo(3.440361675, 9);
  expect(Math.abs((found?.p ?? 0) - 0.066)).toBeLessThan(0.01);
  expect(run(1)).toEqual(found);
});

test('Benjamini and Hochberg keep five of eight', () => {
  const kept = adjustPValues([0.0004, 0.003, 0.011, 0.02, 0.04, 0.2, 0.35, 0.6], 'bh').filter((p) => p <= 0.1);
  expect(kept).toHaveLength(5);
});
