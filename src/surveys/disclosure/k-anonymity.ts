import type { RegionTree } from '../../regions/region-tree.ts';
import type { Response } from '../ballot/response.ts';

/** As many sheets as look alike in all that is kept of who answered (k-anonymity; surveys.md §4.2). */
export const ALIKE_MIN = 10;

/** What is kept of who answered, with less and less of it. */
type Profile = Pick<Response, 'region' | 'age' | 'sex' | 'hukou'>;

/** Sheets of which each has nine others with the same profile: first the registration goes, then sex, then age, then the street, then the district. */
export function kAnonymous(sheets: readonly Response[], regions: RegionTree): readonly Response[] {
  const steps: readonly ((sheet: Response) => Response)[] = [
    (sheet) => without(sheet, 'hukou'),
    (sheet) => without(sheet, 'sex'),
    (sheet) => without(sheet, 'age'),
    (sheet) => wider(sheet, 'district', regions),
    (sheet) => wider(sheet, 'city', regions),
  ];
  let kept = sheets;
  for (const step of steps) {
    const sizes = sizesOf(kept);
    // Whoever stands alone takes the others of their place along: else their leaving would tell on those who stay.
    const thin = new Set(
      kept.filter((sheet) => (sizes.get(sheetName(sheet)) ?? 0) < ALIKE_MIN).map(({ region }) => region),
    );
    if (thin.size === 0) return kept;
    kept = kept.map((sheet) => (thin.has(sheet.region) ? step(sheet) : sheet));
  }
  return kept;
}

function sizesOf(sheets: readonly Response[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const sheet of sheets) sizes.set(sheetName(sheet), (sizes.get(sheetName(sheet)) ?? 0) + 1);
  return sizes;
}

/** All that is kept of who answered, in a word; equal for those who look alike. */
export function sheetName({ region, age, sex, hukou }: Profile): string {
  return [region, age ?? '*', sex ?? '*', hukou ?? '*'].join(' ');
}

function without(sheet: Response, name: 'age' | 'sex' | 'hukou'): Response {
  const { [name]: _gone, ...rest } = sheet;
  return rest;
}

function wider(sheet: Response, level: 'district' | 'city', regions: RegionTree): Response {
  return { ...sheet, region: regions.above(sheet.region, level) ?? sheet.region };
}
