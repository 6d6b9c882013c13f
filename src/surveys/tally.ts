import type { RegionTree } from '../regions/region-tree.ts';
import type { Sums } from './estimate.ts';
import { add, addAll, noSums } from './estimate.ts';
import type { Indicator } from './indicator.ts';
import { AGE_GROUPS, HUKOUS, SEXES } from './member.ts';
import type { Questionnaire, SurveyQuestion } from './questionnaire.ts';
import { validCodes } from './questionnaire.ts';
import type { CountedSheet } from './response.ts';

/** By what the people of a region are told apart in tables: one at a time, never two together. */
export const DIMENSIONS = { age: AGE_GROUPS, sex: SEXES, hukou: HUKOUS } as const;
export type Dimension = keyof typeof DIMENSIONS;
/** `all`, or one category of one dimension: `age 55+`. */
export const GROUPS: readonly string[] = [
  'all',
  ...(Object.keys(DIMENSIONS) as Dimension[]).flatMap((name) =>
    DIMENSIONS[name].map((category) => `${name} ${category}`),
  ),
];

/** Sums by region and group. */
export type Tally = ReadonlyMap<string, readonly Sums[]>;

/** What an answer sheet says to an indicator: a value from 0 to 1 (a net one from −1), or nothing. */
export type Reading = (answers: CountedSheet['answers']) => number | undefined;

/** How an indicator reads an answer sheet of this questionnaire; undefined where it does not ask for it. */
export function readingOf(
  indicator: Indicator,
  { questions }: Questionnaire,
  numerator = indicator.numerator,
): Reading | undefined {
  const question = questions.find(({ code }) => code === indicator.question);
  if (!question) return undefined;
  const counts = new Set(indicator.denominator ?? validCodes(question));
  const value = valueIn(indicator, question, numerator ?? []);
  return (answers) => {
    const given = answers[question.code];
    // What was not asked, passed over, or is no opinion, is not in the whole.
    if (!Array.isArray(given) || !given.some((code) => counts.has(code))) return undefined;
    return value(given);
  };
}

function valueIn(
  { kind, against = [] }: Indicator,
  { options = [] }: SurveyQuestion,
  numerator: readonly string[],
): (given: readonly string[]) => number {
  switch (kind) {
    case 'proportion':
      return (given) => (given.some((code) => numerator.includes(code)) ? 1 : 0);
    case 'net':
      return (given) => (numerator.includes(given[0] ?? '') ? 1 : against.includes(given[0] ?? '') ? -1 : 0);
    case 'mean': {
      const scores = new Map(options.map(({ code, score = 0 }) => [code, score / 100]));
      return (given) => scores.get(given[0] ?? '') ?? 0;
    }
  }
}

/** All sheets added up in one pass, by street and group; then each region above a street gets the sums of what lies in it. */
export function tally(responses: readonly CountedSheet[], reading: Reading, regions: RegionTree): Tally {
  const found = new Map<string, Sums[]>();
  const sumsFor = (region: string): Sums[] => {
    const known = found.get(region);
    if (known) return known;
    const made = GROUPS.map(noSums);
    found.set(region, made);
    return made;
  };
  for (const { street, age, sex, hukou, answers, weight } of responses) {
    const y = reading(answers);
    if (y === undefined) continue;
    const sums = sumsFor(street);
    addTo(sums, 0, y, weight);
    addTo(sums, AGE_AT[age], y, weight);
    addTo(sums, SEX_AT[sex], y, weight);
    addTo(sums, HUKOU_AT[hukou], y, weight);
  }
  for (const [street, sums] of [...found]) {
    for (const region of regions.chain(street)) {
      if (region === street) continue;
      for (const [group, one] of sumsFor(region).entries()) addAll(one, sums[group] ?? noSums());
    }
  }
  return found;
}

function addTo(groups: readonly Sums[], group: number, y: number, weight: number): void {
  const sums = groups[group];
  if (sums) add(sums, y, weight);
}

/** The sheets of a whole wave added up. */
export function sumUp(responses: readonly CountedSheet[], reading: Reading): Sums {
  const sums = noSums();
  for (const { answers, weight } of responses) {
    const y = reading(answers);
    if (y !== undefined) add(sums, y, weight);
  }
  return sums;
}

const placeOf = <T extends string>(name: Dimension, categories: readonly T[]) =>
  Object.fromEntries(categories.map((category) => [category, GROUPS.indexOf(`${name} ${category}`)])) as Record<
    T,
    number
  >;
const AGE_AT = placeOf('age', AGE_GROUPS);
const SEX_AT = placeOf('sex', SEXES);
const HUKOU_AT = placeOf('hukou', HUKOUS);
