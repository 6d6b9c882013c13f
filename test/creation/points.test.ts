import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawPower } from '../../src/creation/points/draw-power.ts';
import type { LevelFacts } from '../../src/creation/points/level.ts';
import { levelOf, needsFullCheck } from '../../src/creation/points/level.ts';
import { isClean, partCounted, partEarned, shrunkenShare } from '../../src/creation/points/machine-points.ts';
import type { ScoredItem } from '../../src/creation/points/score.ts';
import { pointsOf, scoreOf } from '../../src/creation/points/score.ts';
import { defaultStandard } from '../../src/inspections/standards/default-standards.ts';
import type { Mark } from '../../src/inspections/visits/read-marks.ts';

const { levels } = defaultStandard('campus');
const FACTS: LevelFacts = { starsMet: true, vetoed: false, heldDays: 0, unannounced: false, feelingKnown: true };
/** Computed points that count in any case. */
const machine = (points: number, max: number): ScoredItem => ({
  no: 0,
  max,
  machine: { type: 'points', points, clean: false },
});
/** Items of one point each: claimed, and some of them checked. */
const claimed = (points: number): ScoredItem[] =>
  Array.from({ length: points }, (_, no) => ({ no, max: 1, claim: 'full' as const }));
const checked = (claims: number, seen: number): ScoredItem[] =>
  Array.from({ length: claims }, (_, no) => ({
    no,
    max: 1,
    claim: 'full' as const,
    check: no < seen ? 'full' : 'none',
  }));
const unclaimed = (points: number): ScoredItem => ({ no: 0, max: points, claim: 'none' });

describe('the points of a round', () => {
  test('(a) 84 of 96 applicable points are 87.5 and 区级', () => {
    const { score } = scoreOf([...claimed(84), unclaimed(12), { no: 1, max: 4, claim: 'na' }]);
    expect(score).toBe(87.5);
    expect(levelOf(score, levels, FACTS)).toBe('district');
  });

  test('(b) a score above the bar with a ratio below .90 asks for a full check', () => {
    const found = scoreOf([machine(24, 24), ...checked(31, 26), ...claimed(33), unclaimed(8)]);
    expect(found.whole).toBe(96);
    expect(found.ratio).toBeCloseTo(0.8387096774, 10);
    expect((found.score * 96) / 100).toBeCloseTo(77.6774193548, 10);
    expect(found.score).toBeCloseTo(80.9139784946, 10);
    expect(needsFullCheck(found, levels)).toBe(true);
    expect(needsFullCheck({ ...found, ratio: 0.9 }, levels)).toBe(false);
    expect(needsFullCheck({ ...found, claimedRest: 0 }, levels)).toBe(false);
  });

  test('(c) claims count as far as the checked ones were true', () => {
    const found = scoreOf([...checked(38, 33), ...claimed(50), unclaimed(12)]);
    expect(found.ratio).toBeCloseTo(0.8684210526, 10);
    expect(found.score).toBeCloseTo(76.4210526316, 10);
  });

  test('(d) checks beyond the claims give no bonus to the rest', () => {
    const modest = Array.from({ length: 2 }, (): ScoredItem => ({ no: 0, max: 1, claim: 'none', check: 'full' }));
    const found = scoreOf([...checked(34, 34), ...modest, ...claimed(10)]);
    expect([found.checked, found.claimedChecked, found.ratio]).toEqual([36, 34, 1]);
  });

  test('(e) a share is shrunken towards the city before the goalposts', () => {
    const theta = shrunkenShare({ y: 7, n: 8 }, 0.85);
    const part = partEarned(theta, { from: 0.6, to: 0.98 });
    expect(theta).toBeCloseTo(0.8552631579, 10);
    expect(part).toBeCloseTo(0.6717451524, 10);
    expect(6 * part).toBeCloseTo(4.0304709141, 10);
  });

  test('(f) an item without rows leaves the whole, and so does a survey with too few answers', () => {
    const na = scoreOf([...claimed(8), { no: 1, max: 6, machine: { type: 'na' } }]);
    const unknown = scoreOf([...claimed(8), { no: 1, max: 4, machine: { type: 'unknown' } }]);
    expect([na.whole, na.score, unknown.whole]).toEqual([8, 100, 8]);
  });

  test('goalposts that run down give all points to the smaller share', () => {
    for (const [theta, part] of [
      [0.02, 1],
      [0.135, 0.5],
      [0.25, 0],
      [0.4, 0],
    ] as const)
      expect(partEarned(theta, { from: 0.25, to: 0.02 })).toBeCloseTo(part, 10);
    expect([1, 2, 3].map((count) => partCounted(count, 2))).toEqual([0.5, 1, 1]);
  });

  test('“not applicable” that a checker refutes counts like a claim of all points', () => {
    const items: ScoredItem[] = [{ no: 1, max: 4, claim: 'na', check: 'none' }, ...claimed(6)];
    expect(scoreOf(items)).toMatchObject({ whole: 10, ratio: 0, score: 0 });
    expect(scoreOf([{ no: 1, max: 4, claim: 'full', check: 'na' }, ...claimed(6)])).toMatchObject({
      whole: 6,
      score: 100,
    });
  });
});

describe('a level', () => {
  test.each([
    [80, FACTS, 'district'],
    [79.999, FACTS, undefined],
    [95, FACTS, 'district'],
    [95, { ...FACTS, heldDays: 180, unannounced: true }, 'city'],
    [95, { ...FACTS, heldDays: 179, unannounced: true }, 'district'],
    [95, { ...FACTS, heldDays: 180 }, 'district'],
    [95, { ...FACTS, heldDays: 180, unannounced: true, feelingKnown: false }, 'district'],
    [95, { ...FACTS, starsMet: false }, undefined],
    [95, { ...FACTS, vetoed: true }, undefined],
  ] as const)('of %f points with %o is %s', (score, facts, level) => {
    expect(levelOf(score, levels, facts)).toBe(level);
  });
});

describe('the power of the draw', () => {
  test.each([
    [20, 8, 1, 0.4],
    [20, 8, 2, 0.653],
    [20, 8, 3, 0.807],
    [20, 8, 6, 0.976],
  ])('of %i items, %i drawn, %i false: %f', (items, drawn, wrong, power) => {
    expect(drawPower(items, drawn, wrong)).toBeCloseTo(power, 3);
  });

  test('of 24 items, 13 show three false ones nine times in ten, and 12 do not', () => {
    expect(drawPower(24, 13, 3)).toBeGreaterThanOrEqual(0.9);
    expect(drawPower(24, 12, 3)).toBeLessThan(0.9);
  });

  const choose = (n: number, k: number): number => (k === 0 ? 1 : (n / k) * choose(n - 1, k - 1));
  /** Of 20 hand items of 4 points, 12 are true and all claimed; 8 are drawn, `true` of them found true. */
  const liars = Array.from({ length: 9 }, (_, found) => ({
    p: (choose(12, found) * choose(8, 8 - found)) / choose(20, 8),
    score: scoreOf([
      machine(15, 20),
      ...Array.from({ length: 20 }, (_, no): ScoredItem => {
        const check = no < 8 ? { check: no < found ? ('full' as const) : ('none' as const) } : {};
        return { no, max: 4, claim: 'full', ...check };
      }),
    ]),
  }));

  test('a liar expects as much as an honest claim, and the full check leaves .0039 of .0542', () => {
    const mean = liars.reduce((sum, { p, score }) => sum + p * score.score, 0);
    const sd = Math.sqrt(liars.reduce((sum, { p, score }) => sum + p * (score.score - mean) ** 2, 0));
    const above = liars.filter(({ score }) => score.score >= 80);
    const left = above.filter(({ score }) => !needsFullCheck(score, levels));
    expect(mean).toBeCloseTo(63, 8);
    expect(sd).toBeCloseTo(11.01, 2);
    expect(above.reduce((sum, { p }) => sum + p, 0)).toBeCloseTo(0.0542, 4);
    expect(left.reduce((sum, { p }) => sum + p, 0)).toBeCloseTo(0.0039, 4);
  });
});

describe('properties', () => {
  const mark = fc.constantFrom<Mark>('full', 'half', 'none', 'na');
  const hand = fc.record({ max: fc.integer({ min: 1, max: 8 }), claim: mark, truth: mark, drawn: fc.boolean() });
  const computed = fc.record({
    max: fc.integer({ min: 1, max: 8 }),
    y: fc.nat({ max: 40 }),
    late: fc.nat({ max: 10 }),
    reversed: fc.boolean(),
  });
  const POSTS = { up: { from: 0.6, to: 0.98 }, down: { from: 0.25, to: 0.02 } };
  const itemOf = ({
    max,
    y,
    late,
    reversed,
  }: {
    max: number;
    y: number;
    late: number;
    reversed: boolean;
  }): ScoredItem => {
    const posts = reversed ? POSTS.down : POSTS.up;
    const share = { y: reversed ? late : y, n: y + late };
    if (share.n === 0) return { no: 0, max, machine: { type: 'na' } };
    const part = partEarned(shrunkenShare(share, reversed ? 0.1 : 0.85), posts);
    return { no: 0, max, machine: { type: 'points', points: max * part, clean: isClean(share, posts) } };
  };
  const handItems = (some: readonly { max: number; claim: Mark; truth: Mark; drawn: boolean }[]): ScoredItem[] =>
    some.map(({ max, claim, truth, drawn }, no) => ({ no, max, claim, ...(drawn ? { check: truth } : {}) }));

  test('the ratio lies in 0–1 and the score in 0–100', () => {
    fc.assert(
      fc.property(fc.array(hand, { maxLength: 12 }), fc.array(computed, { maxLength: 6 }), (some, rates) => {
        const { ratio, score } = scoreOf([...handItems(some), ...rates.map(itemOf)]);
        expect(ratio).toBeGreaterThanOrEqual(0);
        expect(ratio).toBeLessThanOrEqual(1);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100 + 1e-9);
      }),
    );
  });

  test('a further case that is cured in time and does not come back lowers no score, also the first one', () => {
    fc.assert(
      fc.property(
        fc.array(hand, { maxLength: 12 }),
        fc.array(computed, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (some, rates, at) => {
          const more = rates.map((one, i) => (i === at % rates.length ? { ...one, y: one.y + 1 } : one));
          const before = scoreOf([...handItems(some), ...rates.map(itemOf)]).score;
          const after = scoreOf([...handItems(some), ...more.map(itemOf)]).score;
          expect(after).toBeGreaterThanOrEqual(before - 1e-9);
        },
      ),
    );
  });

  test('claims that are moved among items, truth unchanged, leave the expected score', () => {
    const truths = fc.array(fc.boolean(), { minLength: 4, maxLength: 7 });
    fc.assert(
      fc.property(truths, fc.nat(), (truth, turn) => {
        const moved = truth.map((_, i) => truth[(i + turn) % truth.length] ?? false);
        // All is claimed: whichever items are true, the expectation over all draws is the share of true ones.
        const expected = (some: readonly boolean[]) => meanOverDraws(some, () => 'full', 3);
        expect(expected(moved)).toBeCloseTo(expected(truth), 9);
        expect(expected(truth)).toBeCloseTo((100 * truth.filter(Boolean).length) / truth.length, 9);
      }),
    );
  });

  test('a claim of everything expects no more than the truth', () => {
    const truths = fc.array(fc.boolean(), { minLength: 4, maxLength: 7 });
    fc.assert(
      fc.property(truths, (truth) => {
        const honest = meanOverDraws(truth, (isTrue) => (isTrue ? 'full' : 'none'), 3);
        expect(meanOverDraws(truth, () => 'full', 3)).toBeLessThanOrEqual(honest + 1e-9);
      }),
    );
  });

  /** The mean score over all draws of `drawn` of the items, one point each. */
  function meanOverDraws(truth: readonly boolean[], claim: (isTrue: boolean) => Mark, drawn: number): number {
    const scores: number[] = [];
    for (let bits = 0; bits < 2 ** truth.length; bits += 1) {
      const isDrawn = (i: number) => ((bits >> i) & 1) === 1;
      if (truth.filter((_, i) => isDrawn(i)).length !== drawn) continue;
      const items = truth.map((isTrue, no): ScoredItem => {
        const check = isDrawn(no) ? { check: isTrue ? ('full' as const) : ('none' as const) } : {};
        return { no, max: 1, claim: claim(isTrue), ...check };
      });
      scores.push(scoreOf(items).score);
    }
    return scores.reduce((sum, one) => sum + one, 0) / scores.length;
  }

  test('half of an item is half of its points', () => {
    expect((['full', 'half', 'none', 'na'] as const).map((one) => pointsOf(one, 5))).toEqual([5, 2.5, 0, 0]);
  });
});
