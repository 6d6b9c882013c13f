import type { RegionTree } from '../../../regions/region-tree.ts';
import type { CaseCounts } from './case-counts.ts';
import { WEEK_DAYS } from './case-counts.ts';
import rainFactors from './rain-factors.json' with { type: 'json' };
import type { CountSeries } from './series.ts';
import { sumOf } from './series.ts';

/** Days (numbers, the last one included) that raise reports in a region for a known reason. */
export type Mark = {
  readonly type: 'rain' | 'campaign';
  readonly region: string;
  readonly from: number;
  readonly until: number;
  readonly title: string;
};

/** What raises the expected count of a week, as ratios; 1 is no effect. */
export type WeekFactor = { readonly rain: number; readonly campaign: number };

/** What a week's counts are divided by before they are compared. */
export function factorOf(factor: WeekFactor | undefined): number {
  return factor ? factor.rain * factor.campaign : 1;
}

/** Cases that the default ratio of a category counts for, before its own history speaks. */
const PRIOR_CASES = 4;
const RATIO_MAX = 5;
const CAMPAIGN_MAX = 3;
const DEFAULTS: Readonly<Record<string, number>> = rainFactors;

/** True if a mark covers all of a region. */
export function covers(mark: Mark, region: string, regions: RegionTree): boolean {
  return regions.chain(region).includes(mark.region);
}

/** Share of a week's days under one of the marks, 0 to 1. */
function shareOfWeek(marks: readonly Mark[], firstDay: number): number {
  let days = 0;
  for (let day = firstDay; day < firstDay + WEEK_DAYS; day += 1) {
    if (marks.some(({ from, until }) => from <= day && day <= until)) days += 1;
  }
  return days / WEEK_DAYS;
}

/**
 * Ratio of a category's reports on days with a weather warning to those on other days, from the weeks before the last
 * one: (c + 4 r₀) / (e + 4), between 1 and 5. r₀ is the default of rain-factors.json.
 */
export function rainRatios(
  { daily, end, days: counted }: CaseCounts,
  marks: readonly Mark[],
): ReadonlyMap<string, number> {
  const first = end - counted;
  const known = Math.max(0, counted - WEEK_DAYS);
  const rain = marks.filter(({ type }) => type === 'rain');
  const isWet = Array.from({ length: known }, (_, i) =>
    rain.some(({ from, until }) => from <= first + i && first + i <= until),
  );
  const wetDays = isWet.filter(Boolean).length;
  return new Map(
    [...daily].map(([category, days]) => {
      let wet = 0;
      let dry = 0;
      for (let i = 0; i < known; i += 1) {
        if (isWet[i]) wet += days[i] ?? 0;
        else dry += days[i] ?? 0;
      }
      const expected = known > wetDays ? (dry / (known - wetDays)) * wetDays : 0;
      const ratio = (wet + PRIOR_CASES * (DEFAULTS[category] ?? 1)) / (expected + PRIOR_CASES);
      return [category, Math.min(RATIO_MAX, Math.max(1, ratio))];
    }),
  );
}

type FactorContext = {
  readonly counts: CaseCounts;
  readonly marks: readonly Mark[];
  readonly ratios: ReadonlyMap<string, number>;
  readonly regions: RegionTree;
  /** All cases of a region by week. */
  readonly totalOf: (region: string) => readonly number[];
};

/** The factors of each week of a series. Only marks that cover its whole region count. */
export function weekFactors(series: CountSeries, context: FactorContext): readonly WeekFactor[] {
  const { counts, marks, ratios, regions, totalOf } = context;
  const first = counts.end - counts.weeks * WEEK_DAYS;
  const here = marks.filter((mark) => covers(mark, series.region, regions));
  const rain = here.filter(({ type }) => type === 'rain');
  const campaigns = here.filter(({ type }) => type === 'campaign');
  const ratio = meanRatio(series, ratios);
  const covered = Array.from({ length: counts.weeks }, (_, w) => shareOfWeek(campaigns, first + w * WEEK_DAYS));
  const rest = campaigns.length > 0 ? restOf(series, campaigns, totalOf) : [];
  const usual = meanWhere(rest, (w) => covered[w] === 0);
  return Array.from({ length: counts.weeks }, (_, w) => {
    const wet = rain.length > 0 ? shareOfWeek(rain, first + w * WEEK_DAYS) : 0;
    const raised = usual > 0 ? (rest[w] ?? 0) / usual : 1;
    return {
      rain: 1 + (ratio - 1) * wet,
      campaign: (covered[w] ?? 0) > 0 ? Math.min(CAMPAIGN_MAX, Math.max(1, raised)) : 1,
    };
  });
}

/** All other cases in the largest region of the campaigns: a series does not raise its own limit. */
function restOf(series: CountSeries, campaigns: readonly Mark[], totalOf: FactorContext['totalOf']): readonly number[] {
  const totals = campaigns.map(({ region }) => totalOf(region));
  const all = totals.toSorted((a, b) => (b.at(-1) ?? 0) - (a.at(-1) ?? 0))[0] ?? [];
  return all.map((count, w) => Math.max(0, count - (series.weeks[w] ?? 0)));
}

/** The mean ratio of the categories of a series, by their counts. */
function meanRatio({ parts }: CountSeries, ratios: ReadonlyMap<string, number>): number {
  let [sum, all] = [0, 0];
  for (const [category, weeks] of parts) {
    const count = weeks.slice(0, -1).reduce((total, one) => total + one, 0);
    sum += count * (ratios.get(category) ?? 1);
    all += count;
  }
  return all > 0 ? sum / all : 1;
}

function meanWhere(list: readonly number[], counts: (i: number) => boolean): number {
  const kept = list.filter((_, i) => counts(i));
  return kept.length > 0 ? kept.reduce((sum, one) => sum + one, 0) / kept.length : 0;
}

/** A lookup of all cases of a region by week. */
export function totalsOf({ cells }: CaseCounts, regions: RegionTree): (region: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (region) => {
    const before = known.get(region);
    if (before) return before;
    const isAll = regions.levelOf(region) === 'city';
    const inside = [...cells].filter(([key]) => {
      const street = key.slice(key.indexOf(' ') + 1);
      return isAll || (street !== '' && regions.chain(street).includes(region));
    });
    const total = sumOf(inside.map(([, weeks]) => weeks));
    known.set(region, total);
    return total;
  };
}
