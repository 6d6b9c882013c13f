import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/random.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import {
  attainmentOf,
  changeOf,
  detectableChange,
  ranksOf,
  significantChanges,
  trendOf,
} from '../../src/surveys/estimate/compare.ts';
import { adjustPValues, betaQuantile, normalCdf, normalQuantile } from '../../src/surveys/estimate/distributions.ts';
import type { Estimate } from '../../src/surveys/estimate/estimate.ts';
import { addAnswer, estimateOf, meanOf, noSums } from '../../src/surveys/estimate/estimate.ts';
import { answersNeeded, kornGraubard, newcombe, wilson, Z } from '../../src/surveys/estimate/intervals.ts';
import type { Margin } from '../../src/surveys/estimate/rake.ts';
import { kishDeff, mergeThinCategories, NotConverged, rake } from '../../src/surveys/estimate/rake.ts';
import { weigh } from '../../src/surveys/estimate/weigh.ts';
import type { Sex } from '../../src/surveys/panel/member.ts';
import type { Stratum } from '../../src/surveys/wave/draw.ts';

/** Expects equal numbers, to nine decimals by default. */
function expectClose(found: readonly number[], wanted: readonly number[], digits = 9): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expect(found[i], `number ${i + 1}`).toBeCloseTo(value, digits);
}

describe('distributions', () => {
  // R 4.3: pnorm, qnorm, qbeta with digits = 15.
  test('agree with R', () => {
    expectClose([normalCdf(0), normalCdf(1.959963984540054), normalCdf(-3)], [0.5, 0.975, 0.001349898031630095], 14);
    expect(normalCdf(-8) / 6.220960574271784e-16).toBeCloseTo(1, 12);
    expectClose([normalQuantile(0.975), normalQuantile(0.005)], [1.959963984540054, -2.575829303548901], 12);
    expectClose(
      [betaQuantile(0.5, 2, 2), betaQuantile(0.025, 1, 1), betaQuantile(0.95, 1, 9)],
      [0.5, 0.025, 0.283129],
      6,
    );
  });

  test('each quantile is the inverse of its distribution', () => {
    const chance = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    fc.assert(fc.property(chance, (p) => Math.abs(normalCdf(normalQuantile(p)) - p) < 1e-12));
    // The beta distribution with b = 1 has the distribution function x^a.
    const shape = fc.double({ min: 0.5, max: 500, noNaN: true });
    fc.assert(fc.property(chance, shape, (p, a) => Math.abs(betaQuantile(p, a, 1) - p ** (1 / a)) < 1e-11));
    fc.assert(
      fc.property(
        chance,
        shape,
        shape,
        (p, a, b) => Math.abs(betaQuantile(p, a, b) + betaQuantile(1 - p, b, a) - 1) < 1e-10,
      ),
    );
  });
});

describe('Wilson’s interval of a share', () => {
  // Newcombe 1998, Statist. Med. 17:857, table I, method 3, as printed.
  test.each([
    [81, 263, '0.2553', '0.3662'],
    [15, 148, '0.0624', '0.1605'],
    [0, 20, '0.0000', '0.1611'],
    [1, 29, '0.0061', '0.1718'],
  ])('%i of %i agrees with Newcombe’s table', (x, n, lo, hi) => {
    const found = wilson(x / n, n);
    expect([found.lo.toFixed(4), found.hi.toFixed(4)]).toEqual([lo, hi]);
  });

  // R: binom::binom.confint(method = "wilson"), in statsmodels 0.15, stats/tests/results/results_proportion.py.
  test.each([
    [18, 20, 0.6989663547715128, 0.972133518786232],
    [4, 20, 0.0806576625797981, 0.4160174322518935],
    [4, 200, 0.00780442641634947, 0.05028708690582643],
    [190, 200, 0.910421851861224, 0.972617354399236],
    // R: prop.test(73, 86, correct = FALSE), in statsmodels 0.15, stats/tests/test_proportion.py.
    [73, 86, 0.758364348004061, 0.9094787701686766],
  ])('%i of %i agrees with R', (x, n, lo, hi) => {
    const found = wilson(x / n, n);
    expectClose([found.lo, found.hi], [lo, hi], 12);
  });

  test('its bounds are the limits of the score test', () => {
    const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(share, fc.double({ min: 2, max: 1e5, noNaN: true }), (p, n) => {
        const { lo, hi } = wilson(p, n);
        for (const bound of [lo, hi])
          expect(Math.abs(p - bound) / Math.sqrt((bound * (1 - bound)) / n)).toBeCloseTo(Z, 6);
      }),
    );
  });

  test('a share of 0 or 1 has that bound exactly', () => {
    expect([wilson(0, 20).lo, wilson(1, 20).hi]).toEqual([0, 1]);
  });
});

describe('the exact interval', () => {
  // R 3.6.2: binom.test, in scipy 1.17, stats/tests/test_morestats.py; R: binom.test(51, 235), in statsmodels 0.15, test_proportion.py.
  test.each([
    [20, 100, 0.1266555521019559, 0.2918426890886281],
    [51, 235, 0.1660633298083073, 0.2752683640289254],
    [18, 20, 0.6830172859809176, 0.9876514728297052],
  ])('of %i in %i agrees with Clopper and Pearson', (x, n, lo, hi) => {
    const found = kornGraubard(x / n, n);
    expectClose([found.lo, found.hi], [lo, hi], 12);
  });

  test('of a weighted share agrees with Korn and Graubard', () => {
    // R survey 4.4-2: svyciprop(method = "beta") on a weighted simple sample, in samplics-org/svy, tests/svy/estimation/test_proportions.py.
    const found = kornGraubard(SVY.p, (SVY.p * (1 - SVY.p)) / SVY.se ** 2);
    expectClose([found.lo, found.hi], [0.468954757876348, 0.545677337133621], 12);
  });
});

/** Sums of 922 weighted answers with R's svymean of them; the source is named above. */
const SVY = {
  yes: { n: 461, w: 407187.9045027946, ww: 489156165.4893319 },
  no: { n: 461, w: 395392.7642891972, ww: 463251358.62542516 },
  p: 0.507348258357226,
  se: 0.0192309892530454,
};

test('a weighted share and its standard error agree with svymean', () => {
  const { yes, no } = SVY;
  const sums = {
    n: yes.n + no.n,
    above: yes.n,
    below: no.n,
    w: yes.w + no.w,
    wy: yes.w,
    ww: yes.ww + no.ww,
    wwy: yes.ww,
    wwyy: yes.ww,
  };
  const { p, variance } = estimateOf(sums);
  expectClose([p, Math.sqrt(variance)], [SVY.p, SVY.se], 12);
});

test('with equal weights, standard errors agree with svymean on the 200 schools of apisrs', () => {
  // R survey 4.5: svymean(~stype, svydesign(id = ~1, weights = ~pw)), in xKDR/Survey.jl, test/r_reference/proportions.csv.
  for (const [n, se] of [
    [142, 0.0321663390337504],
    [25, 0.0234440422192481],
    [33, 0.0263122914892847],
    [124, 0.0344081327303582],
  ] as const) {
    const sums = noSums();
    for (let i = 0; i < 200; i += 1) addAnswer(sums, i < n ? 1 : 0, 30.97);
    expectClose([Math.sqrt(estimateOf(sums).variance)], [se], 12);
  }
});

describe('the effective number of answers', () => {
  const sumsOf = (yes: number, n: number, weight: number) => {
    const sums = noSums();
    for (let i = 0; i < n; i += 1) addAnswer(sums, i < yes ? 1 : 0, weight);
    return sums;
  };

  test('is the number of answers if all weights are equal, whatever they say', () => {
    for (const weight of [1, 0.1, 30.97, 1 / 3]) {
      for (let n = 1; n <= 500; n += weight === 1 ? 1 : 7) {
        const off = Array.from({ length: n + 1 }, (_, yes) => yes).filter((yes) => {
          const sums = sumsOf(yes, n, weight);
          return estimateOf(sums).nEff !== n || meanOf(sums).nEff !== n;
        });
        expect(off, `${n} answers of weight ${weight}`).toEqual([]);
      }
    }
  }, 60_000);

  test('is n over the design effect if weights differ, and a whole number only by chance', () => {
    // Weights 1 and 4, independent of the answers: Kish's design effect 1.36.
    const sums = noSums();
    for (let i = 0; i < 400; i += 1) addAnswer(sums, i % 2, i % 4 < 2 ? 1 : 4);
    expectClose([estimateOf(sums).nEff, estimateOf(sums).deff], [400 / 1.36, 1.36], 9);
  });
});

test('the interval of a difference agrees with Newcombe’s printed values', () => {
  // DescTools: BinomDiffCI(method = "score"), rounded to four places in its tests (Newcombe 1998, Statist. Med. 17:873, method 10).
  for (const [x1, n1, x2, n2, lo, hi] of [
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [10, 10, 0, 20, 0.6791, 1],
    [84, 101, 89, 105, -0.1177, 0.0851],
    // Newcombe's table II (d).
    [5, 56, 0, 29, -0.0381, 0.1926],
  ] as const) {
    const found = newcombe(wilson(x1 / n1, n1), wilson(x2 / n2, n2));
    expectClose([found.lo, found.hi], [lo, hi], 4);
  }
  // For 0 of 10 and 0 of 10 it is Wilson's bound on either side: R prints 0.2775328 (scipy, test_morestats.py).
  const none = newcombe(wilson(0, 10), wilson(0, 10));
  expectClose([none.lo, none.hi], [-0.277532799862889, 0.277532799862889], 12);
});

describe('raking', () => {
  /** Builds a margin; the tests use each cell of a table as one respondent, with the cell as base weight. */
  const margin = (categoryOf: readonly number[], targets: readonly number[]): Margin => ({
    categoryOf: Int32Array.from(categoryOf),
    targets: Float64Array.from(targets),
  });

  test('a published table is fitted to its published factors', () => {
    // vankesteren/ProportionalFitting.jl, README: the example of Wikipedia's page on iterative proportional fitting.
    const seed = [40, 30, 20, 10, 35, 50, 100, 75, 30, 80, 70, 120, 20, 30, 40, 50];
    const rows = [0.9986403503185242, 0.8833622306385376, 1.1698911437112522, 0.8895042701910321];
    const columns = [1.616160156063788, 1.5431801747375655, 1.771623700829941, 0.38299396265192226];
    const margins = [
      margin(
        seed.map((_, i) => i % 4),
        [200, 300, 400, 100],
      ),
      margin(
        seed.map((_, i) => Math.floor(i / 4)),
        [150, 300, 400, 150],
      ),
    ];
    const { weights } = rake(Float64Array.from(seed), margins, { trims: false, errorMax: 1e-13 });
    const wanted = seed.map((cell, i) => cell * (rows[Math.floor(i / 4)] ?? 0) * (columns[i % 4] ?? 0));
    expectClose(
      [...weights].map((weight, i) => weight / (wanted[i] ?? 1)),
      wanted.map(() => 1),
      9,
    );
  });

  test('the 183 schools of apiclus1 agree with R, by type and by target met', () => {
    // R survey 4.5, tests/rakecheck.Rout.save: rake(epsilon = 1e-10) gives 3647280 pupils in all; without it R stops at 3647300.
    const cells = [
      { n: 12, type: 0, met: 0, enroll: 5243, weight: 39.839236247131 },
      { n: 132, type: 0, met: 1, enroll: 57088, weight: 29.870675492685 },
      { n: 3, type: 1, met: 0, enroll: 2237, weight: 67.125529241194 },
      { n: 11, type: 1, met: 1, enroll: 13587, weight: 50.329401116038 },
      { n: 8, type: 2, met: 0, enroll: 5983, weight: 49.069072163856 },
      { n: 17, type: 2, met: 1, enroll: 16460, weight: 36.791024864068 },
    ];
    const schools = cells.flatMap((cell) => Array.from({ length: cell.n }, () => cell));
    const margins = [
      margin(
        schools.map(({ type }) => type),
        [4421, 755, 1018],
      ),
      margin(
        schools.map(({ met }) => met),
        [1072, 5122],
      ),
    ];
    const base = new Float64Array(schools.length).fill(33.846996307373);
    const { weights } = rake(base, margins, { trims: false, errorMax: 1e-13 });
    const weightOf = (cell: (typeof cells)[number]) => weights[schools.indexOf(cell)] ?? 0;
    expectClose(
      cells.map(weightOf),
      cells.map(({ weight }) => weight),
    );
    expect(Math.round(cells.reduce((all, cell) => all + weightOf(cell) * cell.enroll, 0))).toBe(3_647_280);
  });

  test('extreme weights are trimmed, and the margins still fit', () => {
    const people = Array.from({ length: 400 }, (_, i) => ({ a: i % 4 === 0 ? 0 : 1, b: i % 7 < 2 ? 0 : 1 }));
    const margins = [
      margin(
        people.map(({ a }) => a),
        [700, 300],
      ),
      margin(
        people.map(({ b }) => b),
        [400, 600],
      ),
    ];
    const base = Float64Array.from(people, (_, i) => (i % 50 === 0 ? 40 : 1));
    const { weights, error } = rake(base, margins);
    const mean = 1000 / people.length;
    expect(Math.max(...weights)).toBeLessThanOrEqual(5 * mean * 1.0001);
    expect(error).toBeLessThan(1e-6);
    expect(kishDeff(weights)).toBeGreaterThan(1);
  });

  test('a panel unlike its city is still weighted, with a moderate design effect', () => {
    const panel = [28, 20, 6, 5, 17, 24];
    const people = [14, 18, 19, 16, 18, 15];
    const kinds = panel.flatMap((n, kind) => new Array<number>(n * 6).fill(kind));
    const units = kinds.map((_, i) => (i * 7) % 5);
    const margins = [margin(kinds, people), margin(units, [30, 10, 20, 25, 15])];
    const { weights, error } = rake(new Float64Array(kinds.length).fill(1), margins);
    expect(error).toBeLessThan(1e-6);
    expect(kishDeff(weights)).toBeLessThan(4);
  });

  test('margins out of reach of trimmed weights keep the trimmed weights, and say how far they are off', () => {
    // Six of 400 stand for 60 % of the people: untrimmed weights of 100 times the others.
    const margins = [margin([...new Array(6).fill(0), ...new Array(394).fill(1)], [600, 400])];
    const base = new Float64Array(400).fill(1);
    const { weights, error, gap } = rake(base, margins);
    const all = weights.reduce((sum, one) => sum + one, 0);
    const share = weights.subarray(0, 6).reduce((sum, one) => sum + one, 0) / all;
    expect(Math.max(...weights)).toBeLessThanOrEqual((5 * all * 1.000001) / 400);
    expect(share).toBeCloseTo(30 / 400, 3);
    expect(gap).toBeCloseTo(0.6 - share, 6);
    expect(error).toBeGreaterThan(0.5);
    expect(kishDeff(weights)).toBeLessThan(2);
    expect(Math.max(...rake(base, margins, { trims: false }).weights) / (all / 400)).toBeGreaterThan(30);
  });

  test('a wave whose census is out of reach says so in whole points; a census in reach says nothing', () => {
    const sheets = Array.from({ length: 400 }, (_, i) => ({
      street: 's',
      age: i < 12 ? ('16-34' as const) : ('55+' as const),
      sex: i % 2 === 0 ? ('female' as const) : ('male' as const),
      weight: Number.NaN,
    }));
    const weighed = (young: number) =>
      weigh(sheets, [], 'c', {
        regions: regionTree([
          { id: 'c', level: 'city', names: {} },
          { id: 's', level: 'street', parent: 'c', names: {} },
        ]),
        census: (['female', 'male'] as const).flatMap((sex) => [
          { region: 'c', sex, from: 16, to: 34, people: young },
          { region: 'c', sex, from: 55, people: 1000 - young },
        ]),
      });
    const far = weighed(600);
    expect(far).toMatchObject({ raked: true, off: expect.any(Number) });
    expect(far.off).toBeGreaterThan(20);
    expect(Math.max(...sheets.map(({ weight }) => weight))).toBeLessThanOrEqual(5.00001);
    expect(weighed(30).off).toBeUndefined();
  });

  const city = regionTree([
    { id: 'c', level: 'city', names: {} },
    ...['a', 'b'].map((id) => ({ id, level: 'street', parent: 'c', names: {} }) as const),
  ]);
  const sheetOf = (street: string, sex: Sex) => ({ street, age: '16-34' as const, sex, weight: Number.NaN });

  test('without a census a sheet weighs N/n of its stratum, and the mean weight is 1', () => {
    const sheets = [sheetOf('a', 'male'), sheetOf('b', 'male'), sheetOf('a', 'male')];
    const strata = [20, 60].map((frame, i): Stratum => ({ ...sheetOf(i ? 'b' : 'a', 'male'), frame, target: 1 }));
    expect(weigh(sheets, strata, 'c', { regions: city, census: [] })).toMatchObject({ raked: false });
    expect(sheets.map(({ weight }) => weight)).toEqual([0.375, 2.25, 0.375]);
  });

  test('people of unsaid sex count as either sex in turn when weights are raked', () => {
    const sheets = Array.from({ length: 10 }, () => sheetOf('a', 'unsaid'));
    const census = (['female', 'male'] as const).map((sex, i) => ({
      region: 'c',
      sex,
      from: 16,
      to: 34,
      people: i ? 300 : 100,
    }));
    expect(weigh(sheets, [], 'c', { regions: city, census })).toMatchObject({ raked: true });
    expectClose(
      sheets.map(({ weight }) => weight),
      sheets.map((_, i) => (i % 2 === 0 ? 0.5 : 1.5)),
      9,
    );
  });

  test('contradictory margins throw', () => {
    const margins = [margin([0, 1, 1, 1], [500, 500]), margin([0, 1, 1, 1], [1, 999])];
    expect(() => rake(new Float64Array(4).fill(1), margins)).toThrow(NotConverged);
  });

  test('a category with fewer than five answers or without people is merged with its neighbour', () => {
    const merged = mergeThinCategories(
      margin([...new Array(20).fill(0), 1, 1, ...new Array(9).fill(2), ...new Array(9).fill(3)], [10, 5, 7, 0]),
    );
    expect([...merged.targets]).toEqual([10, 12]);
    expect(new Set(merged.categoryOf)).toEqual(new Set([0, 1]));
  });
});

describe('many comparisons', () => {
  test('Benjamini–Hochberg agrees with the example of the paper', () => {
    // BH 1995, JRSS B 57:289; scipy's false_discovery_control prints the adjusted values; here they are exact fractions.
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    const bh = [
      0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765, 0.486,
      0.5811818181818182, 0.714875, 0.7532307692307693, 0.8132142857142857, 1,
    ];
    expectClose(adjustPValues(p, 'bh'), bh, 12);
    expect(adjustPValues(p, 'bh').filter((one) => one < 0.05)).toHaveLength(4);
  });

  test('Holm agrees with R’s multtest', () => {
    // statsmodels 0.15, stats/tests/test_multi.py, res_multtest1.
    const p = [
      5.23656777208e-5, 0.00028140506198, 0.0149877310796, 0.0202732688798, 0.177096952723, 0.642193923795,
      0.680845947633, 0.71626938238, 0.838541367553, 0.967833824309,
    ];
    const holm = [5.23656777208e-4, 2.53264555782e-3, 0.1199018486368, 0.14191288215860001, 1, 1, 1, 1, 1, 1];
    expectClose(adjustPValues(p, 'holm'), holm, 12);
  });
});

test('the Cochran–Armitage trend agrees with R on Fleiss’s smokers', () => {
  // Fleiss 1981, p. 139; R: prop.trend.test, tests/Examples/stats-Ex.Rout.save: X-squared = 8.2249, p-value = 0.004132.
  const smokers = [83, 90, 129, 70];
  const waves = [86, 93, 136, 82].map((nEff, i) => ({ p: (smokers[i] ?? 0) / nEff, nEff }));
  const { chi2, pValue, direction } = trendOf(waves);
  expect([chi2.toFixed(4), pValue.toFixed(6), direction]).toEqual(['8.2249', '0.004132', 'down']);
  // The same in 30-digit arithmetic.
  expectClose([chi2, pValue], [8.2249222851977, 0.0041318974776416], 9);
});

describe('a trend that each wave looks for again', () => {
  /** The share of simulated series of ten waves that report a trend at least once, from the fourth wave on. */
  const reported = (
    shareAt: (wave: number) => number,
    seed: number,
    isWanted = (direction: string) => direction !== '',
  ) => {
    const random = randomFrom(seed);
    const SERIES = 2000;
    let found = 0;
    for (let series = 0; series < SERIES; series += 1) {
      const waves: { readonly p: number; readonly nEff: number }[] = [];
      let isReported = false;
      for (let wave = 0; wave < 10; wave += 1) {
        let yes = 0;
        for (let i = 0; i < 400; i += 1) if (random() < shareAt(wave)) yes += 1;
        waves.push({ p: yes / 400, nEff: 400 });
        const { direction } = trendOf(waves);
        isReported ||= wave >= 3 && direction !== 'no_difference' && isWanted(direction);
      }
      if (isReported) found += 1;
    }
    return found / SERIES;
  };

  test('is reported in at most one of twenty series of ten waves without a trend', () => {
    // Three standard errors of the simulation above 5 %.
    expect(reported(() => 0.9, 1)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 2000));
    expect(reported(() => 0.5, 2)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 2000));
  });

  test('is found with the stated power: one point a wave in 99 of 100 series, half a point in 6 of 10', () => {
    expect(
      reported(
        (wave) => 0.945 - 0.01 * wave,
        3,
        (direction) => direction === 'down',
      ),
    ).toBeGreaterThan(0.99);
    const half = reported(
      (wave) => 0.9225 - 0.005 * wave,
      4,
      (direction) => direction === 'down',
    );
    expect(half).toBeGreaterThan(0.55);
    console.log(
      reported(() => 0.9, 1),
      half,
    );
  });
});

describe('comparisons', () => {
  const share = (yes: number, n: number): Estimate => {
    const sums = noSums();
    for (let i = 0; i < n; i += 1) addAnswer(sums, i < yes ? 1 : 0, 1);
    return estimateOf(sums);
  };

  test('0.8 points between two districts of 400 answers each are not significant', () => {
    const change = changeOf(share(387, 400), share(384, 400));
    expect(change.direction).toBe('no_difference');
    expect([change.lo < 0, change.hi > 0]).toEqual([true, true]);
    expect(changeOf(share(380, 400), share(340, 400)).direction).toBe('up');
    expect(changeOf(share(340, 400), share(380, 400)).direction).toBe('down');
  });

  test('of many changes only the significant one has a direction', () => {
    const pairs = [
      { newer: share(390, 400), older: share(340, 400) },
      ...Array.from({ length: 19 }, (_, i) => ({ newer: share(362 + (i % 5), 400), older: share(364, 400) })),
    ];
    expect(significantChanges(pairs)).toEqual(['up', ...new Array(19).fill('no_difference')]);
  });

  test('ranks are intervals, and units without significant difference share one', () => {
    const all = [share(390, 400), share(388, 400), share(300, 400), share(386, 400)];
    expect(ranksOf(all)).toEqual([
      { from: 1, to: 3 },
      { from: 1, to: 3 },
      { from: 4, to: 4 },
      { from: 1, to: 3 },
    ]);
  });

  test('a threshold is reached, missed, or open with the number of further answers needed', () => {
    expect(attainmentOf(share(390, 400), 0.9)).toEqual({ type: 'reached' });
    expect(attainmentOf(share(300, 400), 0.9)).toEqual({ type: 'missed' });
    const open = attainmentOf(share(92, 100), 0.9);
    expect(open).toEqual({ type: 'open', more: 610 });
  });

  test('sample sizes and detectable changes agree with the formulas', () => {
    expect([1, 1.5, 2].map((deff) => answersNeeded(0.5, 0.05, deff))).toEqual([385, 577, 769]);
    expect([1, 1.5, 2].map((deff) => answersNeeded(0.95, 0.03, deff))).toEqual([203, 305, 406]);
    expect([100, 200, 400, 800].map((n) => detectableChange(n).toFixed(1))).toEqual(['11.9', '8.4', '5.9', '4.2']);
  });

  test('unequal weights lower the effective number, and a small population lowers the variance', () => {
    const sums = noSums();
    for (let i = 0; i < 100; i += 1) addAnswer(sums, i % 2, i < 50 ? 1 : 4);
    expect(estimateOf(sums).nEff).toBeLessThan(80);
    const plain = noSums();
    for (let i = 0; i < 100; i += 1) addAnswer(plain, i % 2, 1);
    expect(estimateOf(plain, 150).variance).toBeLessThan(estimateOf(plain).variance / 2);
  });

  test('a net share lies between −1 and 1', () => {
    const sums = noSums();
    for (let i = 0; i < 300; i += 1) addAnswer(sums, (i % 3) - 1, 1);
    const net = meanOf(sums, -1);
    expect(net.p).toBeCloseTo(0, 12);
    expect([net.lo < 0, net.hi > 0]).toEqual([true, true]);
  });
});
