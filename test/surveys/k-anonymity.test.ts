import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/random.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import type { SurveyResponse } from '../../src/surveys/ballot/response.ts';
import { makeKAnonymous, PROFILE_MIN, profileOf } from '../../src/surveys/disclosure/k-anonymity.ts';
import { AGE_GROUPS, HUKOUS, SEXES } from '../../src/surveys/panel/member.ts';

/** Builds a city of districts with this many streets each: `c`, `d0`, `d0.s0`. */
function cityOf(streets: readonly number[]) {
  const districts = streets.flatMap((count, d) => [
    { id: `d${d}`, level: 'district' as const, parent: 'c', names: {} },
    ...Array.from({ length: count }, (_, s) => ({
      id: `d${d}.s${s}`,
      level: 'street' as const,
      parent: `d${d}`,
      names: {},
    })),
  ]);
  return regionTree([{ id: 'c', level: 'city', names: {} }, ...districts]);
}

const sheets = (region: string, count: number): readonly SurveyResponse[] =>
  Array.from({ length: count }, (_, i) => ({ region, age: '55+', sex: 'male', answers: { S1: [`${i}`] }, flags: [] }));

const sizesBy = (kept: readonly SurveyResponse[], key: (sheet: SurveyResponse) => string) =>
  Object.fromEntries([...Map.groupBy(kept, key)].map(([name, { length }]) => [name, length]));
const regionSizes = (kept: readonly SurveyResponse[]) => sizesBy(kept, ({ region }) => region);

describe('stored sheets', () => {
  test.each([
    ['ten and one become eleven', [2], [10, 1], { d0: 11 }],
    ['twenty and four become twenty-four', [2], [20, 4], { d0: 24 }],
    ['a thin street takes its smallest neighbour along', [3], [4, 30, 20], { 'd0.s1': 30, d0: 24 }],
    [
      'of seven streets of eighty and one of four, six keep their street',
      [8],
      [80, 80, 80, 80, 80, 80, 80, 4],
      { d0: 84, ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((s) => [`d0.s${s}`, 80])) },
    ],
    ['a thin district takes the smallest street of another along', [1, 2], [3, 40, 12], { c: 15, 'd1.s0': 40 }],
    ['three thin streets make one district', [3], [4, 4, 4], { d0: 12 }],
    ['fewer than ten sheets in all are not stored', [1, 2], [3, 2, 4], {}],
  ] as const)('%s', (_what, streets, counts, wanted) => {
    const tree = cityOf(streets);
    const all = tree.all('street').flatMap((street, i) => sheets(street, counts[i] ?? 0));
    expect(regionSizes(makeKAnonymous(all, tree))).toEqual(wanted);
  });

  test('sheets of a region that the city no longer has are widened no further, and not stored below ten', () => {
    expect(regionSizes(makeKAnonymous([...sheets('gone', 9), ...sheets('d0.s0', 12)], cityOf([1])))).toEqual({
      'd0.s0': 12,
    });
  });

  test('in 400 random waves every profile has ten sheets, each answer is kept, and most streets survive', () => {
    const random = randomFrom(16);
    const under = (most: number) => Math.floor(random() * most);
    const pick = <T>(list: readonly T[]): T => list[under(list.length)] as T; // within the list
    let [streetsKept, attributesKept, stored] = [0, 0, 0];
    for (let wave = 0; wave < 400; wave += 1) {
      const tree = cityOf(Array.from({ length: 1 + under(4) }, () => 1 + under(6)));
      const streets = tree.all('street');
      // Some streets are far more popular than others.
      const popular = streets.flatMap((street) => new Array<string>(1 + under(12) ** 2).fill(street));
      const all = Array.from(
        { length: under(500) },
        (_, i): SurveyResponse => ({
          region: pick(popular),
          age: pick(AGE_GROUPS),
          sex: pick(SEXES),
          hukou: pick(HUKOUS),
          answers: { S1: [`${i}`] },
          flags: [],
        }),
      );
      const kept = makeKAnonymous(all, tree);
      const smallest = Math.min(...Object.values(sizesBy(kept, profileOf)));
      expect(smallest, `wave ${wave}`).toBeGreaterThanOrEqual(PROFILE_MIN);
      // The order, which is random, is kept: a widened region does not show its parts.
      const answers = (list: readonly SurveyResponse[]) => list.map((sheet) => sheet.answers.S1?.[0]);
      expect(answers(kept)).toEqual(all.length < PROFILE_MIN ? [] : answers(all));
      stored += kept.length;
      streetsKept += kept.filter(({ region }) => tree.levelOf(region) === 'street').length;
      attributesKept += kept.filter(({ age }) => age !== undefined).length;
    }
    expect(streetsKept / stored).toBeGreaterThan(0.8);
    expect(attributesKept / stored).toBeGreaterThan(0.6);
  });
});
