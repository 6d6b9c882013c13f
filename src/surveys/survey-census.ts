import type { CensusCell } from '../regions/census.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import type { Sex, SurveyAgeGroup } from './panel/member.ts';

/** The regions of a city and its census, as the draw and the weights read them. */
export type SurveyCensus = { readonly regions: RegionTree; readonly census: readonly CensusCell[] };

/** Returns the inhabitants of a region in the census; 0 if the census does not count the region. */
export function peopleIn(census: readonly CensusCell[], region: string): number {
  return census.filter((cell) => cell.region === region).reduce((all, cell) => all + cell.people, 0);
}

/**
 * Returns the people of one age group and sex in a region. If the census does not count the region, the nearest region above
 * that it counts is used; undefined if there is none, or if the sex is unsaid.
 */
export function peopleOfKind(
  { census, regions }: SurveyCensus,
  region: string,
  age: SurveyAgeGroup,
  sex: Sex,
): number | undefined {
  const counted = regions.chain(region).find((one) => census.some((cell) => cell.region === one));
  if (counted === undefined || sex === 'unsaid') return undefined;
  const [from = 0, to = 200] = AGE_BOUNDS[age];
  return census
    .filter((cell) => cell.region === counted && cell.sex === sex)
    .reduce((all, cell) => all + cell.people * overlap(cell.from, cell.to ?? 100, from, to), 0);
}

const AGE_BOUNDS: Readonly<Record<SurveyAgeGroup, readonly [number, number]>> = {
  '16-34': [16, 34],
  '35-54': [35, 54],
  '55+': [55, 100],
};

/** The part of a census band within these ages, both inclusive, if people are spread evenly in the band. */
function overlap(from: number, to: number, least: number, most: number): number {
  const years = Math.min(to, most) - Math.max(from, least) + 1;
  return Math.max(0, years) / (to - from + 1);
}
