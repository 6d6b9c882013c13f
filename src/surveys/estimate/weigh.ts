import type { CensusCell } from '../../regions/census.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet } from '../ballot/response.ts';
import type { Sex, SurveyAgeGroup } from '../panel/member.ts';
import { AGE_GROUPS } from '../panel/member.ts';
import { unitsUnder } from '../survey-regions.ts';
import type { Stratum } from '../wave/draw.ts';
import { peopleIn } from '../wave/draw.ts';
import type { Margin } from './rake.ts';
import { collapsed, kishDeff, NoWeights, rake } from './rake.ts';

/** How the answers were weighted: raked to the census; only by the draw, because the rest cannot be made to fit; with what cost in answers. */
export type Weighting = { readonly raked: boolean; readonly deff: number };

/** More than this, and the weights alone make the numbers unfit to be shown. */
export const DEFF_WARN = 2;
export const DEFF_MAX = 4;

/**
 * The weight of each answer sheet: 1 over the chance of being among those who answered in its stratum (N/n), then raked to
 * what the census knows of age and sex, and to how many live in each street. The weights' mean is 1.
 */
export function weigh(
  sheets: readonly Pick<CountedSheet, 'street' | 'age' | 'sex'>[],
  strata: readonly Stratum[],
  region: string,
  { regions, census }: { readonly regions: RegionTree; readonly census: readonly CensusCell[] },
): Weighting & { readonly weights: readonly number[] } {
  const kindOf = ({ street, age, sex }: Pick<CountedSheet, 'street' | 'age' | 'sex'>) => [street, age, sex].join(' ');
  const counts = new Map<string, number>();
  for (const sheet of sheets) counts.set(kindOf(sheet), (counts.get(kindOf(sheet)) ?? 0) + 1);
  const frames = new Map(strata.map((stratum) => [kindOf(stratum), stratum.frame]));
  const base = Float64Array.from(
    sheets,
    (sheet) => (frames.get(kindOf(sheet)) ?? 1) / (counts.get(kindOf(sheet)) ?? 1),
  );
  const margins = marginsOf(sheets, region, { regions, census });
  for (const trims of [true, false]) {
    try {
      const raked = margins.length > 0 ? rake(base, margins, { trims }).weights : base;
      return { weights: toMeanOne(raked), raked: margins.length > 0, deff: kishDeff(raked) };
    } catch (error) {
      // Where extremes may not be trimmed and the margins still fit, the design effect says whether that is fit to be shown.
      if (!(error instanceof NoWeights)) throw error;
    }
  }
  return { weights: toMeanOne(base), raked: false, deff: kishDeff(base) };
}

/** Neighbours in this order are alike: what is thin is joined with the next. */
const KINDS: readonly (readonly [SurveyAgeGroup, Sex])[] = [
  ...AGE_GROUPS.map((age) => [age, 'female'] as const),
  ...AGE_GROUPS.toReversed().map((age) => [age, 'male'] as const),
];

function marginsOf(
  sheets: readonly Pick<CountedSheet, 'street' | 'age' | 'sex'>[],
  region: string,
  { regions, census }: { readonly regions: RegionTree; readonly census: readonly CensusCell[] },
): readonly Margin[] {
  const counted = (unit: string) => census.some((cell) => cell.region === unit);
  const units = unitsUnder(region, regions).filter(counted);
  const known = units.length > 0 ? units : counted(region) ? [region] : [];
  if (sheets.length === 0 || known.length === 0) return [];
  const peopleOf = (unit: string, [age, sex]: (typeof KINDS)[number]) => peopleIn(census, regions, unit, age, sex) ?? 0;
  // Whoever did not say whether woman or man counts with those of their age of either sex in turn.
  const kindOf = sheets.map(({ age, sex }, i) => {
    const said = sex === 'unsaid' ? (i % 2 === 0 ? 'female' : 'male') : sex;
    return KINDS.findIndex(([a, s]) => a === age && s === said);
  });
  const kinds = KINDS.map((kind) => known.reduce((all, unit) => all + peopleOf(unit, kind), 0));
  const margins: Margin[] = [collapsed({ of: Int32Array.from(kindOf), targets: Float64Array.from(kinds) })];
  // Only where the census counts each of the parts: else nobody knows how many live in those that it leaves out.
  if (known.length > 1 && known.length === unitsUnder(region, regions).length) {
    const people = known.map((unit) => KINDS.reduce((all, kind) => all + peopleOf(unit, kind), 0));
    const streets = [...new Set(sheets.map(({ street }) => street))];
    const unitBy = new Map(
      streets.map((street) => [street, known.findIndex((unit) => regions.chain(street).includes(unit))] as const),
    );
    const unitOf = sheets.map(({ street }) => Math.max(0, unitBy.get(street) ?? 0));
    margins.push(collapsed({ of: Int32Array.from(unitOf), targets: Float64Array.from(people) }));
  }
  return margins;
}

function toMeanOne(weights: Float64Array): readonly number[] {
  const mean = weights.reduce((all, weight) => all + weight, 0) / (weights.length || 1);
  return Array.from(weights, (weight) => weight / (mean || 1));
}
