import type { HazardCase } from '../../src/cases/hazard-case.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import type { Random } from '../../src/random.ts';
import { countFrom } from '../../src/random.ts';
import type { CaseCounts } from '../../src/review/alerts/series/case-counts.ts';
import { caseCounter, dayStart, WEEK_DAYS } from '../../src/review/alerts/series/case-counts.ts';

const data = { ...NEW_CITY, ...demoCityData() };

/** The demo's city: 16 streets, 56 categories in 14 groups. */
export const CITY = cityOf(data, []);
export const OUTLINES = data.regions.flatMap(({ id, level, names, ground }) =>
  ground?.type === 'Polygon' && level === 'community' ? [{ id, names, rings: ground.coordinates }] : [],
);
export const STREETS = CITY.regions.all('street');
export const DISTRICTS = CITY.regions.all('district');
export const LEAVES = data.categories.filter(({ group }) => group !== undefined).map(({ code }) => code);
/** The day after the last week. */
export const END = 20_770;

/** A case of a day, counted back from the last one (1). */
export function caseOn(back: number, category: string, street: string, over: Partial<HazardCase> = {}): HazardCase {
  const filedAt = dayStart(END - back) + 1;
  return { category, place: { region: street }, filedAt, state: 'closed', ...over } as HazardCase;
}

/** Counts of these cases over some weeks. */
export function countCases(cases: readonly HazardCase[], end = END): CaseCounts {
  const counter = caseCounter(CITY.regions, end);
  for (const one of cases.toSorted((a, b) => a.filedAt - b.filedAt)) counter.add(one);
  return counter.counts();
}

/** Cases by chance alone, at this mean a week for each category in each street. */
export function chanceCases(random: Random, weeks: number, perWeek = 0.2): readonly HazardCase[] {
  const found: HazardCase[] = [];
  for (let back = weeks * WEEK_DAYS; back >= 1; back -= 1) {
    for (const street of STREETS)
      for (let n = countFrom(random, (LEAVES.length * perWeek) / WEEK_DAYS); n > 0; n -= 1)
        found.push(caseOn(back, LEAVES[Math.floor(random() * LEAVES.length)] ?? '', street));
  }
  return found;
}
