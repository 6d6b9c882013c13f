import type { RegionTree } from '../../regions/region-tree.ts';
import type { SurveyResponse } from '../ballot/response.ts';

/** The k of k-anonymity: the least number of stored sheets with the same profile (surveys.md §4.2). */
export const PROFILE_MIN = 10;

/** The stored attributes of a respondent. */
type Profile = Pick<SurveyResponse, 'region' | 'age' | 'sex' | 'hukou'>;

/**
 * Generalises profiles until each occurs at least ten times. Removed in this order: registration, sex, age; then the street
 * becomes the district, and the district the city.
 */
export function makeKAnonymous(sheets: readonly SurveyResponse[], regions: RegionTree): readonly SurveyResponse[] {
  const steps: readonly ((sheet: SurveyResponse) => SurveyResponse)[] = [
    (sheet) => without(sheet, 'hukou'),
    (sheet) => without(sheet, 'sex'),
    (sheet) => without(sheet, 'age'),
    (sheet) => widened(sheet, 'district', regions),
    (sheet) => widened(sheet, 'city', regions),
  ];
  let kept = sheets;
  for (const step of steps) {
    const sizes = sizesOf(kept);
    // All sheets of a region change together: changing only the rare ones would expose those that remain.
    const rare = new Set(
      kept.filter((sheet) => (sizes.get(profileOf(sheet)) ?? 0) < PROFILE_MIN).map(({ region }) => region),
    );
    if (rare.size === 0) return kept;
    kept = kept.map((sheet) => (rare.has(sheet.region) ? step(sheet) : sheet));
  }
  return kept;
}

function sizesOf(sheets: readonly SurveyResponse[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const sheet of sheets) sizes.set(profileOf(sheet), (sizes.get(profileOf(sheet)) ?? 0) + 1);
  return sizes;
}

/** Returns the profile as one string, for comparison. */
export function profileOf({ region, age, sex, hukou }: Profile): string {
  return [region, age ?? '*', sex ?? '*', hukou ?? '*'].join(' ');
}

function without(sheet: SurveyResponse, name: 'age' | 'sex' | 'hukou'): SurveyResponse {
  const { [name]: _removed, ...rest } = sheet;
  return rest;
}

function widened(sheet: SurveyResponse, level: 'district' | 'city', regions: RegionTree): SurveyResponse {
  return { ...sheet, region: regions.above(sheet.region, level) ?? sheet.region };
}
