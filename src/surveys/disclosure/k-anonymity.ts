import type { RegionTree } from '../../regions/region-tree.ts';
import type { SurveyResponse } from '../ballot/response.ts';

/** The k of k-anonymity: the least number of stored sheets with the same profile (surveys.md §4.2). */
export const PROFILE_MIN = 10;

/** The stored attributes of a respondent. */
type Profile = Pick<SurveyResponse, 'region' | 'age' | 'sex' | 'hukou'>;

/** Attributes in the order in which they are removed. */
const REMOVED = ['hukou', 'sex', 'age'] as const;
/** Levels to which an area with too few sheets is widened, one after the other. */
const WIDER = ['district', 'city'] as const;

/**
 * Generalises profiles until each occurs at least ten times: areas are widened, then attributes removed. All sheets of an area
 * change together: changing only the rare ones would expose those that remain. A city with fewer than ten sheets in all stores
 * none. The sheets keep their order, which must be random: a widened area would otherwise show its parts.
 */
export function makeKAnonymous(sheets: readonly SurveyResponse[], regions: RegionTree): readonly SurveyResponse[] {
  const widened = WIDER.reduce((all, level) => widenThinAreas(all, level, regions), sheets);
  const areas = Map.groupBy(widened, ({ region }) => region);
  const removed = new Map([...areas].map(([area, inside]) => [area, removedIn(inside)]));
  return widened.flatMap((sheet) => {
    const names = removed.get(sheet.region);
    return names ? [names.reduce(without, sheet)] : [];
  });
}

/** Widens areas below ten sheets, and takes along their smallest neighbours until the widened area has ten. */
function widenThinAreas(
  sheets: readonly SurveyResponse[],
  level: (typeof WIDER)[number],
  regions: RegionTree,
): readonly SurveyResponse[] {
  const areas = [...Map.groupBy(sheets, ({ region }) => region)].map(([area, { length: size }]) => ({
    area,
    size,
    wider: regions.above(area, level) ?? area,
  }));
  const widerOf = new Map<string, string>();
  for (const neighbours of Map.groupBy(areas, ({ wider }) => wider).values()) {
    let pooled = 0;
    for (const { area, size, wider } of neighbours.toSorted((one, other) => one.size - other.size)) {
      const isNeeded = size < PROFILE_MIN || (pooled > 0 && pooled < PROFILE_MIN);
      if (!isNeeded) break;
      widerOf.set(area, wider);
      pooled += size;
    }
  }
  return sheets.map((sheet) => ({ ...sheet, region: widerOf.get(sheet.region) ?? sheet.region }));
}

/** Returns the fewest attributes without which each profile of an area has ten sheets; undefined if none suffice. */
function removedIn(sheets: readonly SurveyResponse[]): (typeof REMOVED)[number][] | undefined {
  for (let count = 0; count <= REMOVED.length; count += 1) {
    const names = REMOVED.slice(0, count);
    const groups = Map.groupBy(sheets, (sheet) => profileOf(names.reduce(without, sheet)));
    if ([...groups.values()].every(({ length }) => length >= PROFILE_MIN)) return names;
  }
  return undefined;
}

/** Returns the profile as one string, for comparison. */
export function profileOf({ region, age, sex, hukou }: Profile): string {
  return [region, age ?? '*', sex ?? '*', hukou ?? '*'].join(' ');
}

function without(sheet: SurveyResponse, name: (typeof REMOVED)[number]): SurveyResponse {
  const { [name]: _removed, ...rest } = sheet;
  return rest;
}
