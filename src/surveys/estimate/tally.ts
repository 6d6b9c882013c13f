import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import { AGE_GROUPS, HUKOUS, SEXES } from '../panel/member.ts';
import type { Questionnaire, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { validCodes } from '../questionnaire/questionnaire.ts';
import type { Sums } from './estimate.ts';
import { add, addAll, noSums } from './estimate.ts';
import type { Indicator } from './indicator.ts';

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
export type AnswerReading = (answers: CountedSheet['answers']) => number | undefined;

/** How an indicator reads an answer sheet of this questionnaire; undefined where it does not ask for it. */
export function readingOf(
  indicator: Indicator,
  { questions }: Questionnaire,
  numerator = indicator.numerator,
): AnswerReading | undefined {
  const question = questions.find(({ code }) => code === indicator.question);
  if (!question) return undefined;
  const counts = new Set(indicator.denominator ?? validCodes(question));
  const value = valueIn(indicator, question, numerator ?? []);
  return (answers) => {
    const given = answers[question.code];
    // What was not asked, passed over, or is no opinion, is not in the whole.
    if (!Array.isArray(given) || !anyOf(given, counts)) return undefined;
    return value(given);
  };
}

function valueIn(
  { kind, against = [] }: Indicator,
  { options = [] }: SurveyQuestion,
  numerator: readonly string[],
): (given: readonly string[]) => number {
  const counted = new Set(numerator);
  switch (kind) {
    case 'proportion':
      return (given) => (anyOf(given, counted) ? 1 : 0);
    case 'net':
      return (given) => (numerator.includes(given[0] ?? '') ? 1 : against.includes(given[0] ?? '') ? -1 : 0);
    case 'mean': {
      const scores = new Map(options.map(({ code, score = 0 }) => [code, score / 100]));
      return (given) => scores.get(given[0] ?? '') ?? 0;
    }
  }
}

function anyOf(given: readonly string[], wanted: ReadonlySet<string>): boolean {
  for (const code of given) if (wanted.has(code)) return true;
  return false;
}

/** All sheets added up in one pass, by street and group; then each region above a street gets the sums of what lies in it. */
export function tally(sheets: readonly CountedSheet[], reading: AnswerReading, regions: RegionTree): Tally {
  const { streets, places, weights } = columnsOf(sheets);
  const raw = new Float64Array(streets.length * GROUPS.length * FIELDS);
  for (let i = 0; i < sheets.length; i += 1) {
    const y = reading(sheets[i]?.answers ?? {});
    if (y === undefined) continue;
    const w = weights[i] ?? 0;
    const [ww, wy] = [w * w, w * y];
    for (let k = 0; k < PLACES; k += 1) {
      const at = (places[i * PLACES + k] ?? 0) * FIELDS;
      // Every element is there: the array was made for them.
      raw[at] = (raw[at] as number) + 1;
      if (y > 0) raw[at + 1] = (raw[at + 1] as number) + 1;
      if (y < 1) raw[at + 2] = (raw[at + 2] as number) + 1;
      raw[at + 3] = (raw[at + 3] as number) + w;
      raw[at + 4] = (raw[at + 4] as number) + wy;
      raw[at + 5] = (raw[at + 5] as number) + ww;
      raw[at + 6] = (raw[at + 6] as number) + ww * y;
      raw[at + 7] = (raw[at + 7] as number) + ww * y * y;
    }
  }
  const found = new Map(streets.map((street, s) => [street, GROUPS.map((_, g) => sumsIn(raw, s * GROUPS.length + g))]));
  for (const [street, sums] of [...found]) {
    for (const region of regions.chain(street)) {
      if (region === street) continue;
      const above = found.get(region) ?? GROUPS.map(noSums);
      found.set(region, above);
      for (const [group, one] of above.entries()) addAll(one, sums[group] ?? noSums());
    }
  }
  return found;
}

/** The numbers of one cell, in the order in which they are added up: n, above, below, w, wy, ww, wwy, wwyy. */
const FIELDS = 8;
/** A sheet counts for all, its age, its sex, its registration. */
const PLACES = 4;

function sumsIn(raw: Float64Array, cell: number): Sums {
  const [n = 0, above = 0, below = 0, w = 0, wy = 0, ww = 0, wwy = 0, wwyy = 0] = raw.subarray(
    cell * FIELDS,
    (cell + 1) * FIELDS,
  );
  return { n, above, below, w, wy, ww, wwy, wwyy };
}

/** Where each sheet counts, worked out once for all indicators. */
type Columns = { readonly streets: readonly string[]; readonly places: Int32Array; readonly weights: Float64Array };
const known = new WeakMap<readonly CountedSheet[], Columns>();

function columnsOf(sheets: readonly CountedSheet[]): Columns {
  const before = known.get(sheets);
  if (before) return before;
  const numbers = new Map([...new Set(sheets.map(({ street }) => street))].map((street, i) => [street, i] as const));
  const places = new Int32Array(sheets.length * PLACES);
  for (const [i, { street, age, sex, hukou }] of sheets.entries()) {
    const first = (numbers.get(street) ?? 0) * GROUPS.length;
    places.set([first, first + AGE_AT[age], first + SEX_AT[sex], first + HUKOU_AT[hukou]], i * PLACES);
  }
  const made = { streets: [...numbers.keys()], places, weights: Float64Array.from(sheets, ({ weight }) => weight) };
  known.set(sheets, made);
  return made;
}

/** The sheets of a whole wave added up. */
export function sumUp(responses: readonly CountedSheet[], reading: AnswerReading): Sums {
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
