import type { CountedSheet } from '../ballot/response.ts';
import type { Sex, SurveyAgeGroup } from '../panel/member.ts';
import { AGE_GROUPS, SEXES } from '../panel/member.ts';
import type { SurveyCensus } from '../survey-census.ts';
import { peopleOfKind } from '../survey-census.ts';
import { reportedUnits } from '../survey-regions.ts';
import type { Stratum } from '../wave/draw.ts';
import type { Margin } from './rake.ts';
import { kishDeff, mergeThinCategories, NotConverged, rake } from './rake.ts';

/**
 * How answers were weighted: raked to the census, or by the draw alone; `deff` is the design effect. `off`: points between a
 * group's share and the census that bounded weights could not close.
 */
export type Weighting = { readonly raked: boolean; readonly deff: number; readonly off?: number };

/** With a larger design effect a wave shows no numbers. */
export const DEFF_MAX = 4;

type WeighedSheet = Pick<CountedSheet, 'street' | 'age' | 'sex'>;

/**
 * Computes the weight of each sheet: N/n of its stratum, raked to the census by age × sex and by unit. The mean weight is 1.
 * Without census data, or if the margins contradict each other, only N/n is used.
 */
export function weigh(
  sheets: readonly WeighedSheet[],
  strata: readonly Stratum[],
  region: string,
  known: SurveyCensus,
): Weighting & { readonly weights: readonly number[] } {
  const numberOf = stratumNumbers();
  const frames = new Map(strata.map((stratum) => [numberOf(stratum), stratum.frame]));
  const numbers = sheets.map(numberOf);
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  const base = Float64Array.from(numbers, (number) => (frames.get(number) ?? 1) / (counts.get(number) ?? 1));
  const margins = marginsOf(sheets, region, known);
  const byDraw = { weights: toMeanOne(base), raked: false, deff: kishDeff(base) };
  if (margins.length === 0) return byDraw;
  try {
    const { weights, gap } = rake(base, margins);
    const off = Math.round(100 * gap);
    return { weights: toMeanOne(weights), raked: true, deff: kishDeff(weights), ...(off > 0 ? { off } : {}) };
  } catch (error) {
    if (!(error instanceof NotConverged)) throw error;
    return byDraw;
  }
}

/** Returns a function that numbers strata by street, age and sex. */
function stratumNumbers(): (one: WeighedSheet) => number {
  const streets = new Map<string, number>();
  return ({ street, age, sex }) => {
    const at = streets.get(street) ?? streets.size;
    streets.set(street, at);
    return (at * AGE_GROUPS.length + AGE_GROUPS.indexOf(age)) * SEXES.length + SEXES.indexOf(sex);
  };
}

/** In this order neighbours are similar, because thin categories are merged with the next. */
const KINDS: readonly (readonly [SurveyAgeGroup, Sex])[] = [
  ...AGE_GROUPS.map((age) => [age, 'female'] as const),
  ...AGE_GROUPS.toReversed().map((age) => [age, 'male'] as const),
];

const kindsOf = (sex: Sex) =>
  Object.fromEntries(AGE_GROUPS.map((age) => [age, KINDS.findIndex(([a, s]) => a === age && s === sex)])) as Record<
    SurveyAgeGroup,
    number
  >;
const KIND_AT = { female: kindsOf('female'), male: kindsOf('male') };

function marginsOf(sheets: readonly WeighedSheet[], region: string, known: SurveyCensus): readonly Margin[] {
  const { regions, census } = known;
  const hasCensus = (unit: string) => census.some((cell) => cell.region === unit);
  const units = reportedUnits(region, regions).filter(hasCensus);
  const counted = units.length > 0 ? units : hasCensus(region) ? [region] : [];
  if (sheets.length === 0 || counted.length === 0) return [];
  const peopleOf = (unit: string, [age, sex]: (typeof KINDS)[number]) => peopleOfKind(known, unit, age, sex) ?? 0;
  // Sheets of unsaid sex are assigned to either sex in turn, within their age group.
  const kindOf = sheets.map(({ age, sex }, i) => {
    const assigned = sex === 'unsaid' ? (i % 2 === 0 ? 'female' : 'male') : sex;
    return KIND_AT[assigned][age];
  });
  const kinds = KINDS.map((kind) => counted.reduce((all, unit) => all + peopleOf(unit, kind), 0));
  const margins: Margin[] = [
    mergeThinCategories({ categoryOf: Int32Array.from(kindOf), targets: Float64Array.from(kinds) }),
  ];
  // The unit margin needs a census of every unit: the size of an uncounted unit is unknown.
  if (counted.length > 1 && counted.length === reportedUnits(region, regions).length) {
    const people = counted.map((unit) => KINDS.reduce((all, kind) => all + peopleOf(unit, kind), 0));
    const streets = [...new Set(sheets.map(({ street }) => street))];
    const unitBy = new Map(
      streets.map((street) => [street, counted.findIndex((unit) => regions.chain(street).includes(unit))] as const),
    );
    const unitOf = sheets.map(({ street }) => Math.max(0, unitBy.get(street) ?? 0));
    margins.push(mergeThinCategories({ categoryOf: Int32Array.from(unitOf), targets: Float64Array.from(people) }));
  }
  return margins;
}

function toMeanOne(weights: Float64Array): readonly number[] {
  const mean = weights.reduce((all, weight) => all + weight, 0) / (weights.length || 1);
  return Array.from(weights, (weight) => weight / (mean || 1));
}
