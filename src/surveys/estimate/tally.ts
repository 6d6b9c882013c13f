import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import { AGE_GROUPS, HUKOUS, SEXES } from '../panel/member.ts';
import type { Questionnaire, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { opinionCodes } from '../questionnaire/questionnaire.ts';
import type { Sums } from './estimate.ts';
import { addAnswer, addSums, noSums } from './estimate.ts';
import type { Indicator } from './indicator.ts';

/** Attributes by which tables split a region: one at a time, never two combined. */
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

/** Returns the value of an answer sheet for an indicator: 0 to 1 (net: −1 to 1); undefined if it does not count. */
export type Measure = (answers: CountedSheet['answers']) => number | undefined;

/** Creates the measure of an indicator; undefined if the questionnaire lacks its question. */
export function measureOf(
  indicator: Indicator,
  { questions }: Questionnaire,
  numerator = indicator.numerator,
): Measure | undefined {
  const question = questions.find(({ code }) => code === indicator.question);
  if (!question) return undefined;
  const counts = new Set(indicator.denominator ?? opinionCodes(question));
  const value = valueIn(indicator, question, numerator ?? []);
  return (answers) => {
    const given = answers[question.code];
    // Unasked, skipped and no-opinion answers are outside the denominator.
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

/** Sums all sheets by street and group in one pass, then adds the streets up to each region above. */
export function tally(sheets: readonly CountedSheet[], measure: Measure, regions: RegionTree): Tally {
  const { streets, cells, weights } = columnsOf(sheets);
  const raw = new Float64Array(streets.length * GROUPS.length * FIELDS);
  for (let i = 0; i < sheets.length; i += 1) {
    const y = measure(sheets[i]?.answers ?? {});
    if (y === undefined) continue;
    const w = weights[i] ?? 0;
    const [ww, wy] = [w * w, w * y];
    for (let k = 0; k < CELLS_PER_SHEET; k += 1) {
      const at = (cells[i * CELLS_PER_SHEET + k] ?? 0) * FIELDS;
      // The index is within the array, so no element is undefined.
      raw[at] = (raw[at] as number) + 1;
      if (y > 0.5) raw[at + 1] = (raw[at + 1] as number) + 1;
      if (y < 0.5) raw[at + 2] = (raw[at + 2] as number) + 1;
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
      for (const [group, one] of above.entries()) addSums(one, sums[group] ?? noSums());
    }
  }
  return found;
}

/** Numbers per cell, in this order: n, above, below, w, wy, ww, wwy, wwyy. */
const FIELDS = 8;
/** A sheet counts in four cells of its street: all, age, sex, registration. */
const CELLS_PER_SHEET = 4;

function sumsIn(raw: Float64Array, cell: number): Sums {
  const [n = 0, above = 0, below = 0, w = 0, wy = 0, ww = 0, wwy = 0, wwyy = 0] = raw.subarray(
    cell * FIELDS,
    (cell + 1) * FIELDS,
  );
  return { n, above, below, w, wy, ww, wwy, wwyy };
}

/** The cells of each sheet, computed once for all indicators. */
type Columns = { readonly streets: readonly string[]; readonly cells: Int32Array; readonly weights: Float64Array };
const columnsBySheets = new WeakMap<readonly CountedSheet[], Columns>();

function columnsOf(sheets: readonly CountedSheet[]): Columns {
  const before = columnsBySheets.get(sheets);
  if (before) return before;
  const streetIndex = new Map(
    [...new Set(sheets.map(({ street }) => street))].map((street, i) => [street, i] as const),
  );
  const cells = new Int32Array(sheets.length * CELLS_PER_SHEET);
  for (const [i, { street, age, sex, hukou }] of sheets.entries()) {
    const first = (streetIndex.get(street) ?? 0) * GROUPS.length;
    cells.set([first, first + AGE_AT[age], first + SEX_AT[sex], first + HUKOU_AT[hukou]], i * CELLS_PER_SHEET);
  }
  const columns = {
    streets: [...streetIndex.keys()],
    cells,
    weights: Float64Array.from(sheets, ({ weight }) => weight),
  };
  columnsBySheets.set(sheets, columns);
  return columns;
}

/** Sums the sheets of a whole wave. */
export function sumUp(sheets: readonly CountedSheet[], measure: Measure): Sums {
  const sums = noSums();
  for (const { answers, weight } of sheets) {
    const y = measure(answers);
    if (y !== undefined) addAnswer(sums, y, weight);
  }
  return sums;
}

/** Group indices by category of one dimension. */
const groupIndexOf = <T extends string>(name: Dimension, categories: readonly T[]) =>
  Object.fromEntries(categories.map((category) => [category, GROUPS.indexOf(`${name} ${category}`)])) as Record<
    T,
    number
  >;
const AGE_AT = groupIndexOf('age', AGE_GROUPS);
const SEX_AT = groupIndexOf('sex', SEXES);
const HUKOU_AT = groupIndexOf('hukou', HUKOUS);
