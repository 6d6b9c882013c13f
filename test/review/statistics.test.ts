import { describe, expect, test } from 'vitest';
import { DEFAULT_TERMS, formulaFaults } from '../../src/review/score/formula.ts';
import { funnelOf, LIMITS, limitsAt } from '../../src/review/score/funnel.ts';
import { movements } from '../../src/review/score/movement.ts';
import { differenceOf, scoreOf } from '../../src/review/score/score.ts';
import { priorOf, rankability, shrink } from '../../src/review/score/shrink.ts';
import { fewReportsP } from '../../src/review/score/under-reporting.ts';
import { ranksOf } from '../../src/surveys/estimate/compare.ts';
import { binomialCdf } from '../../src/surveys/estimate/distributions.ts';
import { wilson } from '../../src/surveys/estimate/intervals.ts';

/** Test A: eight streets, cases that residents confirmed. */
const EIGHT = [
  [9, 9],
  [47, 50],
  [180, 200],
  [88, 100],
  [26, 30],
  [400, 500],
  [36, 48],
  [3, 6],
].map(([y = 0, n = 0]) => ({ y, n }));

test.each([
  [0, 0],
  [60, 1],
])('months in which %i of 60 trials succeeded prove no certainty', (y, sure) => {
  const alike = priorOf(Array.from({ length: 8 }, () => ({ y, n: 60 })));
  if (!alike) throw new Error('Eight streets have a prior.');
  const { theta, v } = shrink({ y, n: 60 }, alike);
  expect(Math.abs(theta - sure)).toBeGreaterThan(0);
  // The bound that is farther away differs in the first printed digit.
  expect(Math.abs(theta - sure) + 1.96 * Math.sqrt(v)).toBeGreaterThan(0.002);
});

describe('eight streets', () => {
  const prior = priorOf(EIGHT);
  if (!prior) throw new Error('Eight streets have a prior.');
  const funnel = funnelOf(EIGHT, prior.m);

  test('the prior by moments and the rankability come out to ten digits', () => {
    expect(prior.m).toBeCloseTo(0.8366914104, 10);
    expect(prior.rho).toBeCloseTo(0.0304774337, 10);
    expect(prior.M).toBeCloseTo(31.8111615636, 9);
    expect(rankability(EIGHT, prior)).toBeCloseTo(0.5988402087, 10);
  });

  test.each([
    ['A', 1, 0.7009, 1, 0.8727, 0.0515, 2.496, 2.169],
    ['B', 0.94, 0.8378, 0.9794, 0.8998, 0.033, 2.384, 1.424],
    ['C', 0.9, 0.8506, 0.9343, 0.8913, 0.0204, 2.666, 0.931],
    ['D', 0.88, 0.8019, 0.93, 0.8695, 0.0292, 1.245, 0.58],
    ['E', 0.8667, 0.7032, 0.9469, 0.8512, 0.0449, 0.462, 0.321],
    ['F', 0.8, 0.7627, 0.8327, 0.8022, 0.0173, -2.13, -0.489],
    ['G', 0.75, 0.6122, 0.8508, 0.7846, 0.0457, -1.491, -0.902],
    ['H', 0.5, 0.1876, 0.8124, 0.7833, 0.0661, -1.81, -1.641],
  ])('street %s has its interval, its shrunken share and its z', (name, naive, lo, hi, theta, sd, z, zAdjusted) => {
    const i = 'ABCDEFGH'.indexOf(name);
    const count = EIGHT[i] ?? { y: 0, n: 1 };
    const p = count.y / count.n;
    expect(p).toBeCloseTo(naive, 4);
    const interval = wilson(p, count.n);
    expect(interval.lo).toBeCloseTo(lo, 4);
    expect(interval.hi).toBeCloseTo(hi, 4);
    const shrunken = shrink(count, prior);
    expect(shrunken.theta).toBeCloseTo(theta, 4);
    expect(Math.sqrt(shrunken.v)).toBeCloseTo(sd, 4);
    expect(funnel.points[i]?.z).toBeCloseTo(z, 3);
    expect(funnel.points[i]?.zAdjusted).toBeCloseTo(zAdjusted, 3);
  });

  test('over-dispersion is estimated from winsorised z', () => {
    expect(funnel.phi).toBeCloseTo(3.6616978, 7);
    expect(funnel.tau2).toBeCloseTo(0.0090083303, 10);
  });

  test.each([
    [50, LIMITS.inner, 0.7227, 0.925],
    [50, LIMITS.outer, 0.6486, 0.9615],
    [200, LIMITS.inner, 0.7824, 0.8845],
    [200, LIMITS.outer, 0.7486, 0.9088],
  ])('the limits at %d cases', (n, width, lo, hi) => {
    const limits = limitsAt(n, prior.m, width);
    expect(limits.lo).toBeCloseTo(lo, 4);
    expect(limits.hi).toBeCloseTo(hi, 4);
  });

  test('with nine cases the exact tail decides, and it finds nothing', () => {
    expect(funnel.points[0]?.exact).toBeCloseTo(0.4, 1);
    expect(1 - binomialCdf(8, 9, prior.m)).toBeCloseTo(prior.m ** 9, 12);
    expect(funnel.points[5]?.exact).toBeUndefined();
  });

  test('one pair of 28 parts: C is ahead of F, and all other ranks are ties', () => {
    const estimates = EIGHT.map((count) => {
      const { theta, v } = shrink(count, prior);
      return { p: theta, variance: v, nEff: count.n, lo: 0, hi: 1 };
    });
    expect(ranksOf(estimates).map(({ from, to }) => `${from}-${to}`)).toEqual([
      '1-8',
      '1-8',
      '1-7',
      '1-8',
      '1-8',
      '2-8',
      '1-8',
      '1-8',
    ]);
    const [c, f] = [2, 5].map((i) => shrink(EIGHT[i] ?? { y: 0, n: 0 }, prior));
    const pair = differenceOf(
      { score: c?.theta ?? 0, se: Math.sqrt(c?.v ?? 0) },
      { score: f?.theta ?? 0, se: Math.sqrt(f?.v ?? 0) },
    );
    expect(28 * pair.p).toBeCloseTo(0.0239, 4);
  });
});

describe('two streets, four indicators', () => {
  const terms = DEFAULT_TERMS.filter(({ code }) =>
    ['confirmed_solved', 'cured_in_time', 'rework', 'satisfied'].includes(code),
  );
  const cellsOf = (thetas: readonly number[], sds: readonly number[]) =>
    (['confirmed_solved', 'cured_in_time', 'rework', 'satisfied'] as const).map((code, i) => ({
      code,
      theta: thetas[i] ?? 0,
      v: (sds[i] ?? 0) ** 2,
      status: 'own' as const,
    }));
  const one = scoreOf(terms, cellsOf([0.62, 0.9, 0.08, 0.86], [0.04, 0.025, 0.02, 0.03]));
  const other = scoreOf(terms, cellsOf([0.58, 0.93, 0.06, 0.84], [0.06, 0.03, 0.03, 0.05]));

  test('scores have their points, deviations and bounds', () => {
    expect(one.score).toBeCloseTo(71.9549, 4);
    expect(one.se).toBeCloseTo(4.1763, 4);
    expect(one.lo).toBeCloseTo(63.77, 2);
    expect(one.hi).toBeCloseTo(80.14, 2);
    expect(other.score).toBeCloseTo(70.1504, 4);
    expect(other.se).toBeCloseTo(6.3187, 4);
    expect(other.lo).toBeCloseTo(57.77, 2);
    expect(other.hi).toBeCloseTo(82.53, 2);
  });

  test('they are a tie', () => {
    const { z, p } = differenceOf(one, other);
    expect(z).toBeCloseTo(0.2382, 4);
    expect(p).toBeCloseTo(0.8117, 4);
  });

  test('equal scores without any spread do not differ', () => {
    const full = { score: 100, se: 0 };
    expect(differenceOf(full, full)).toEqual({ z: 0, p: 1 });
    expect(differenceOf({ score: 99, se: 0 }, full).p).toBe(0);
  });

  test('the loss is sorted and adds up', () => {
    const points = Object.fromEntries(one.loss.map((loss) => [loss.code, loss.points]));
    expect(points.confirmed_solved).toBeCloseTo(13.8462, 4);
    expect(points.cured_in_time).toBeCloseTo(4.8583, 4);
    expect(points.rework).toBeCloseTo(2.7473, 4);
    expect(points.satisfied).toBeCloseTo(6.5934, 4);
    expect(one.loss.map(({ code }) => code)).toEqual(['confirmed_solved', 'satisfied', 'cured_in_time', 'rework']);
    expect(one.loss.reduce((all, loss) => all + loss.points, 0)).toBeCloseTo(28.0451, 4);
    expect(one.weakest?.code).toBe('confirmed_solved');
  });
});

test('a change of six points is none with 50 cases, and a rise with 500', () => {
  const [few] = movements([{ newer: { y: 47, n: 50 }, older: { y: 44, n: 50 } }]);
  expect(few?.p).toBeCloseTo(0.06, 4);
  expect(few?.lo).toBeCloseTo(-0.0605, 4);
  expect(few?.hi).toBeCloseTo(0.1844, 4);
  expect(few?.direction).toBe('no_difference');
  const [many] = movements([{ newer: { y: 470, n: 500 }, older: { y: 440, n: 500 } }]);
  expect(many?.lo).toBeCloseTo(0.0246, 4);
  expect(many?.hi).toBeCloseTo(0.096, 4);
  expect(many?.direction).toBe('up');
});

test('18 reports where 40 are expected are few, 28 are not', () => {
  expect(fewReportsP(18, 40)).toBeCloseTo(0.00268, 5);
  expect(fewReportsP(28, 40)).toBeCloseTo(0.0909, 4);
});

test('a street without a case takes the prior and its spread', () => {
  const { theta, v } = shrink({ y: 0, n: 0 }, { m: 0.8, M: 30 });
  expect(theta).toBe(0.8);
  expect(v).toBeCloseTo(0.16 / 31, 12);
});

describe('a formula', () => {
  const withTerm = (change: object) =>
    DEFAULT_TERMS.map((term) => (term.code === 'rework' ? { ...term, ...change } : term));
  test.each([
    ['stands with the twelve weights', DEFAULT_TERMS, []],
    ['needs weights that sum to 100', withTerm({ w: 6 }), [{ type: 'sum', sum: 101 }]],
    [
      'has goalposts that run down where less is better',
      withTerm({ a: 0.02, b: 0.3 }),
      [{ type: 'goalpost_reversed', code: 'rework' }],
    ],
    ['has goalposts that are shares', withTerm({ a: 30 }), [{ type: 'goalpost_range', code: 'rework' }]],
    ['has goalposts that differ', withTerm({ a: 0.1, b: 0.1 }), [{ type: 'goalpost_range', code: 'rework' }]],
    [
      'names an indicator that is missing',
      DEFAULT_TERMS.filter(({ code }) => code !== 'rework'),
      [
        { type: 'missing', code: 'rework' },
        { type: 'sum', sum: 95 },
      ],
    ],
  ])('%s', (_, terms, faults) => {
    expect(formulaFaults(terms)).toEqual(faults);
  });
});
