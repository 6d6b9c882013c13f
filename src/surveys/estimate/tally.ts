import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import { AGE_GROUPS, HUKOUS, SEXES } from '../panel/member.ts';
import type { Questionnaire, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { opinionCodes } from '../questionnaire/questionnaire.ts';
import type { SheetsAlike } from './answers-alike.ts';
import { answersTo } from './answers-alike.ts';
import type { Sums } from './estimate.ts';
import { addAlike, addAnswer, addSums, noSums } from './estimate.ts';
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

/** An indicator on one question. `value`: 0 to 1 (net: −1 to 1); undefined if the answer does not count. */
export type Measure = {
  readonly question: string;
  readonly value: (given: readonly string[]) => number | undefined;
};

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
  return {
    question: question.code,
    // Answers without an opinion are outside the denominator.
    value: (given) => (anyOf(given, counts) ? value(given) : undefined),
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
  const { different, places } = answersTo(measure.question, sheets);
  // NaN: the answer does not count.
  const values = Float64Array.from(different, (given) => measure.value(given) ?? Number.NaN);
  const { streets, profiles, weights } = profilesOf(sheets);
  const byProfile = new Array<Sums | undefined>(streets.length * PROFILES.length);
  for (let i = 0; i < sheets.length; i += 1) {
    const y = values[places[i] ?? -1] ?? Number.NaN;
    if (Number.isNaN(y)) continue;
    const profile = profiles[i] ?? 0;
    const sums = byProfile[profile] ?? noSums();
    byProfile[profile] = sums;
    addAnswer(sums, y, weights[i] ?? 0);
  }
  const found = new Map(streets.map((street) => [street, GROUPS.map(noSums)]));
  for (const [profile, sums] of byProfile.entries()) {
    if (!sums) continue;
    const all = found.get(streets[Math.floor(profile / PROFILES.length)] ?? '') ?? [];
    for (const group of PROFILES[profile % PROFILES.length] ?? []) addSums(all[group] ?? noSums(), sums);
  }
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

/** Sums the sheets of a whole wave, or those that `only` accepts. */
export function sumUp(
  sheets: readonly CountedSheet[],
  { question, value }: Measure,
  only: (alike: SheetsAlike) => boolean = () => true,
): Sums {
  const sums = noSums();
  for (const alike of answersTo(question, sheets).alike) {
    const y = only(alike) ? value(alike.given) : undefined;
    if (y !== undefined) addAlike(sums, y, alike);
  }
  return sums;
}

/** The groups of each profile: all, and its category of every dimension. */
const PROFILES = AGE_GROUPS.flatMap((age) =>
  SEXES.flatMap((sex) =>
    HUKOUS.map((hukou) => ['all', `age ${age}`, `sex ${sex}`, `hukou ${hukou}`].map((group) => GROUPS.indexOf(group))),
  ),
);

/** The streets; per sheet, its profile in its street, and its weight. Computed once for all indicators. */
type Profiles = {
  readonly streets: readonly string[];
  readonly profiles: Int32Array;
  readonly weights: Float64Array;
};
const profilesBySheets = new WeakMap<readonly CountedSheet[], Profiles>();

function profilesOf(sheets: readonly CountedSheet[]): Profiles {
  const before = profilesBySheets.get(sheets);
  if (before) return before;
  const streetAt = new Map([...new Set(sheets.map(({ street }) => street))].map((street, i) => [street, i] as const));
  const profiles = Int32Array.from(sheets, ({ street, age, sex, hukou }) => {
    const kind = AGE_GROUPS.indexOf(age) * SEXES.length + SEXES.indexOf(sex);
    return (streetAt.get(street) ?? 0) * PROFILES.length + kind * HUKOUS.length + HUKOUS.indexOf(hukou);
  });
  const weights = Float64Array.from(sheets, ({ weight }) => weight);
  const found = { streets: [...streetAt.keys()], profiles, weights };
  profilesBySheets.set(sheets, found);
  return found;
}
