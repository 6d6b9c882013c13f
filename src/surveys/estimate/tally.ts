import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import { AGE_GROUPS, HUKOUS, SEXES } from '../panel/member.ts';
import type { Questionnaire, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { opinionCodes } from '../questionnaire/questionnaire.ts';
import type { SheetsAlike } from './answers-alike.ts';
import { answersTo } from './answers-alike.ts';
import type { Sums } from './estimate.ts';
import { addAlike, noSums } from './estimate.ts';
import { addAnswerAt, addDomain, flatSums, sumsAt } from './flat-sums.ts';
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

/** The group of all, by its place in GROUPS. */
export const ALL = 0;

/** Returns the sums of a region, or of a group in it by its place in GROUPS. */
export type Tally = (region: string, group?: number) => Sums;

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
  const byProfile = flatSums(streets.length * PROFILES.length);
  for (let i = 0; i < places.length; i += 1) {
    const place = places[i] ?? -1;
    const y = place < 0 ? Number.NaN : (values[place] ?? Number.NaN);
    if (!Number.isNaN(y)) addAnswerAt(byProfile, profiles[i] ?? 0, y, weights[i] ?? 0);
  }
  const chains = streets.map((street) => regions.chain(street).filter((region) => region !== street));
  const rowOf = new Map([...new Set([...streets, ...chains.flat()])].map((region, row) => [region, row] as const));
  const byRegion = flatSums(rowOf.size * GROUPS.length);
  for (let profile = 0; profile < streets.length * PROFILES.length; profile += 1) {
    const row = Math.floor(profile / PROFILES.length);
    for (const group of PROFILES[profile % PROFILES.length] ?? [])
      addDomain(byRegion, row * GROUPS.length + group, byProfile, profile);
  }
  for (const [row, chain] of chains.entries()) {
    for (const region of chain) {
      const above = rowOf.get(region) ?? row;
      for (const group of GROUPS.keys())
        addDomain(byRegion, above * GROUPS.length + group, byRegion, row * GROUPS.length + group);
    }
  }
  return (region, group = ALL) => {
    const row = rowOf.get(region);
    return row === undefined ? noSums() : sumsAt(byRegion, row * GROUPS.length + group);
  };
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
  const streetAt = new Map<string, number>();
  const [profiles, weights] = [new Int32Array(sheets.length), new Float64Array(sheets.length)];
  for (let i = 0; i < sheets.length; i += 1) {
    const { street, age, sex, hukou, weight } = sheets[i] as CountedSheet;
    const at = streetAt.get(street) ?? streetAt.size;
    if (at === streetAt.size) streetAt.set(street, at);
    const kind = AGE_GROUPS.indexOf(age) * SEXES.length + SEXES.indexOf(sex);
    profiles[i] = at * PROFILES.length + kind * HUKOUS.length + HUKOUS.indexOf(hukou);
    weights[i] = weight;
  }
  const found = { streets: [...streetAt.keys()], profiles, weights };
  profilesBySheets.set(sheets, found);
  return found;
}
