import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import type { Random } from '../../src/random.ts';
import { countFrom } from '../../src/random.ts';
import type { AlarmContext } from '../../src/review/alerts/alarm.ts';
import type { CaseCounts } from '../../src/review/alerts/series/case-counts.ts';
import { CASE_WEEKS, WEEK_DAYS } from '../../src/review/alerts/series/case-counts.ts';

const data = { ...NEW_CITY, ...demoCityData() };
const city = cityOf(data, []);
const leaves = data.categories.filter(({ group }) => group !== undefined).map(({ code }) => code);
const streets = city.regions.all('street');
const [whole = ''] = city.regions.all('city');
const END = 20_770;

/** The demo's city under a week of rain and a fortnight of a campaign. */
export const ALARM_CITY: AlarmContext = {
  regions: city.regions,
  categories: city.categories,
  outlines: data.regions.flatMap(({ id, level, names, ground }) =>
    ground?.type === 'Polygon' && level === 'community' ? [{ id, names, rings: ground.coordinates }] : [],
  ),
  marks: [
    { type: 'rain', region: whole, from: END - 60, until: END - 54, title: '' },
    { type: 'campaign', region: whole, from: END - 14, until: END - 1, title: '' },
  ],
};

/** Weekly counts by chance alone, of a city with so many cases a year. */
export function chanceCounts(random: Random, weeks: number, casesAYear: number): CaseCounts {
  const mean = casesAYear / 52 / leaves.length / streets.length;
  const cells = new Map(
    leaves.flatMap((category) =>
      streets.map(
        (street) => [`${category} ${street}`, Array.from({ length: weeks }, () => countFrom(random, mean))] as const,
      ),
    ),
  );
  const days = Math.min(weeks, CASE_WEEKS) * WEEK_DAYS;
  const perDay = (mean * streets.length) / WEEK_DAYS;
  const daily = new Map(
    leaves.map((category) => [category, Array.from({ length: days }, () => countFrom(random, perDay))] as const),
  );
  return { end: END, weeks, cells, days, daily };
}
