import type { CountedSheet } from '../ballot/response.ts';
import type { Sex, SurveyAgeGroup } from '../panel/member.ts';
import { AGE_GROUPS, SEXES } from '../panel/member.ts';
import type { SurveyCensus } from '../survey-census.ts';
import { peopleOfKind } from '../survey-census.ts';
import { reportedUnits } from '../survey-regions.ts';
import type { Stratum } from '../wave/draw.ts';
import type { Margin } from './rake.ts';
import { countsOf, kishDeff, mergeThinCategories, NotConverged, rake, sum } from './rake.ts';

/**
 * How answers were weighted: raked to the census, or by the draw alone; `deff` is the design effect. `off`: points between a
 * group's share and the census that bounded weights could not close.
 */
export type Weighting = { readonly raked: boolean; readonly deff: number; readonly off?: number };

/** With a larger design effect a wave shows no numbers. */
export const DEFF_MAX = 4;

type WeighedSheet = Pick<CountedSheet, 'street' | 'age' | 'sex' | 'weight'>;

/**
 * Sets the weight of each sheet in place: N/n of its stratum, raked to the census by age × sex and by unit. The mean weight is 1.
 * Without census data, or if the margins contradict each other, only N/n is used.
 */
export function weigh(
  sheets: readonly WeighedSheet[],
  strata: readonly Stratum[],
  region: string,
  known: SurveyCensus,
): Weighting {
  const numbered = numberStrata(sheets, strata);
  const base = baseWeights(numbered);
  const byDraw = (): Weighting => {
    setWeights(sheets, base);
    return { raked: false, deff: kishDeff(base) };
  };
  const margins = marginsOf(numbered, region, known);
  if (margins.length === 0) return byDraw();
  try {
    const { weights, gap } = rake(base, margins);
    const off = Math.round(100 * gap);
    setWeights(sheets, weights);
    return { raked: true, deff: kishDeff(weights), ...(off > 0 ? { off } : {}) };
  } catch (error) {
    if (!(error instanceof NotConverged)) throw error;
    return byDraw();
  }
}

/** Number of strata in a street: by age and sex. */
const IN_STREET = AGE_GROUPS.length * SEXES.length;

/** The streets, each with IN_STREET strata one after the other; per stratum its frame (1 if unknown), per sheet its stratum. */
type NumberedStrata = {
  readonly streets: readonly string[];
  readonly frames: Float64Array;
  readonly stratumOf: Int32Array;
};

/** Numbers the stratum of each sheet in one pass. Weighing then reads numbers, and no sheets: these lie scattered in memory. */
function numberStrata(sheets: readonly WeighedSheet[], strata: readonly Stratum[]): NumberedStrata {
  const streets = new Map<string, number>();
  const numberOf = ({ street, age, sex }: Pick<Stratum, 'street' | 'age' | 'sex'>) => {
    const at = streets.get(street) ?? streets.size;
    if (at === streets.size) streets.set(street, at);
    return at * IN_STREET + AGE_GROUPS.indexOf(age) * SEXES.length + SEXES.indexOf(sex);
  };
  const stratumOf = new Int32Array(sheets.length);
  for (let i = 0; i < sheets.length; i += 1) stratumOf[i] = numberOf(sheets[i] as WeighedSheet);
  const drawn = strata.map((stratum) => [numberOf(stratum), stratum.frame] as const);
  const frames = new Float64Array(streets.size * IN_STREET).fill(1);
  for (const [number, frame] of drawn) frames[number] = frame;
  return { streets: [...streets.keys()], frames, stratumOf };
}

/** Returns N/n of each sheet's stratum. */
function baseWeights({ frames, stratumOf }: NumberedStrata): Float64Array {
  const counts = countsOf(stratumOf, frames.length);
  const ratios = frames.map((frame, number) => frame / (counts[number] || 1));
  const base = new Float64Array(stratumOf.length);
  for (let i = 0; i < base.length; i += 1) base[i] = ratios[stratumOf[i] ?? 0] ?? 1;
  return base;
}

/** In this order neighbours are similar, because thin categories are merged with the next. */
const KINDS: readonly (readonly [SurveyAgeGroup, Sex])[] = [
  ...AGE_GROUPS.map((age) => [age, 'female'] as const),
  ...AGE_GROUPS.toReversed().map((age) => [age, 'male'] as const),
];

/** By stratum of a street, the place in KINDS. Sheets of unsaid sex are assigned to either sex in turn, within their age group. */
const KIND_OF = (['female', 'male'] as const).map((instead) =>
  AGE_GROUPS.flatMap((age) =>
    SEXES.map((sex) => KINDS.findIndex((kind) => kind[0] === age && kind[1] === (sex === 'unsaid' ? instead : sex))),
  ),
);

function marginsOf({ streets, stratumOf }: NumberedStrata, region: string, known: SurveyCensus): readonly Margin[] {
  const { regions, census } = known;
  const hasCensus = (unit: string) => census.some((cell) => cell.region === unit);
  const units = reportedUnits(region, regions).filter(hasCensus);
  const counted = units.length > 0 ? units : hasCensus(region) ? [region] : [];
  if (stratumOf.length === 0 || counted.length === 0) return [];
  const peopleOf = (unit: string, [age, sex]: (typeof KINDS)[number]) => peopleOfKind(known, unit, age, sex) ?? 0;
  const kindOf = stratumOf.map((stratum, i) => KIND_OF[i % 2]?.[stratum % IN_STREET] ?? 0);
  const kinds = KINDS.map((kind) => counted.reduce((all, unit) => all + peopleOf(unit, kind), 0));
  const margins: Margin[] = [mergeThinCategories({ categoryOf: kindOf, targets: Float64Array.from(kinds) })];
  // The unit margin needs a census of every unit: the size of an uncounted unit is unknown.
  if (counted.length > 1 && counted.length === reportedUnits(region, regions).length) {
    const people = counted.map((unit) => KINDS.reduce((all, kind) => all + peopleOf(unit, kind), 0));
    const unitBy = streets.map((street) => counted.findIndex((unit) => regions.chain(street).includes(unit)));
    const unitOf = stratumOf.map((stratum) => Math.max(0, unitBy[Math.floor(stratum / IN_STREET)] ?? 0));
    margins.push(mergeThinCategories({ categoryOf: unitOf, targets: Float64Array.from(people) }));
  }
  return margins;
}

/** Sets weights in proportion to these, with a mean of 1. */
function setWeights(sheets: readonly WeighedSheet[], weights: Float64Array): void {
  const mean = sum(weights) / (weights.length || 1);
  for (let i = 0; i < sheets.length; i += 1) (sheets[i] as WeighedSheet).weight = (weights[i] ?? 0) / (mean || 1);
}
