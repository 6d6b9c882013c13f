import type { City } from '../../city/city.ts';
import type { Alert } from './alert.ts';
import type { Halvings } from './detectors/judge-week.ts';
import { judgeWeek } from './detectors/judge-week.ts';
import type { CaseCounts } from './series/case-counts.ts';
import { dayStart, WEEK_DAYS } from './series/case-counts.ts';
import type { Mark } from './series/factors.ts';
import { rainRatios, totalsOf, weekFactors } from './series/factors.ts';
import { sumOf } from './series/series.ts';
import { cellsOf } from './week-alerts.ts';

/** Weeks of the chart. */
const SHOWN_WEEKS = 26;

/** One week of a series as its detector saw it: the count, the usual number, and the limit of chance. */
export type HistoryWeek = {
  readonly from: number; // ms since the epoch
  readonly count: number;
  readonly expected: number;
  readonly upper: number;
  readonly rain: boolean;
  readonly campaign: boolean;
};

/** The last weeks of an alert's kind and ground, each judged by the weeks before it. The first week has no usual number. */
export function alertHistory(
  alert: Pick<Alert, 'what' | 'regions'>,
  counts: CaseCounts,
  marks: readonly Mark[],
  city: City,
  halvings: Halvings,
): readonly HistoryWeek[] {
  const parts = new Map<string, readonly number[]>();
  for (const [key, cell] of cellsOf(alert, counts, city)) {
    const [category = ''] = key.split(' ');
    parts.set(category, sumOf([parts.get(category) ?? [], cell]));
  }
  const [region = ''] = alert.regions;
  const weeks = sumOf([new Array<number>(counts.weeks).fill(0), ...parts.values()]);
  const series = { what: alert.what, region, level: 'street', weeks, parts } as const;
  const known = { counts, marks, ratios: rainRatios(counts, marks), regions: city.regions };
  const factors = weekFactors(series, { ...known, totalOf: totalsOf(counts, city.regions) });
  const mean = weeks.slice(0, -1).reduce((sum, one) => sum + one, 0) / Math.max(1, weeks.length - 1);
  const first = Math.max(1, counts.weeks - SHOWN_WEEKS);
  return Array.from({ length: Math.max(0, counts.weeks - first) }, (_, i) => {
    const w = first + i;
    const { count, expected, upper } = judgeWeek({ weeks, factors, parentRate: mean }, w, halvings);
    return {
      from: dayStart(counts.end - (counts.weeks - w) * WEEK_DAYS),
      count,
      expected,
      upper,
      rain: (factors[w]?.rain ?? 1) > 1,
      campaign: (factors[w]?.campaign ?? 1) > 1,
    };
  });
}
