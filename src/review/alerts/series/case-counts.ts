import { CHINA_AHEAD_MS, DAY_MS, momentOf } from '../../../calendar.ts';
import { casesFiled } from '../../../cases/filed-cases.ts';
import type { CaseState, HazardCase } from '../../../cases/hazard-case.ts';
import type { RegionTree } from '../../../regions/region-tree.ts';
import type { Store } from '../../../store/store.ts';
import type { WeekArchive } from './week-archive.ts';
import { loadWeekArchive } from './week-archive.ts';

/** Days of a week. */
export const WEEK_DAYS = 7;
/** Weeks that are judged from: five years for Farrington's baseline, and the scan's four. */
export const WEEKS_MAX = 5 * 52 + 4;
/** Weeks counted from the cases themselves. Cases are deleted after 180 days; older weeks come from the archive. */
export const CASE_WEEKS = 24;
const BATCH = 500;

/** Duplicates were merged into another case; the others say that there is no hazard. */
const NOT_COUNTED: readonly CaseState[] = ['merged', 'rejected', 'withdrawn'];

/** Number of the day (China time) that a time (ms since the epoch) lies in. */
export function dayNumber(at: number): number {
  return Math.floor((at + CHINA_AHEAD_MS) / DAY_MS);
}

/** Start of a numbered day, ms since the epoch. */
export function dayStart(day: number): number {
  return day * DAY_MS - CHINA_AHEAD_MS;
}

/** A report may tell of a hazard that was seen this many days ago. */
export const LATE_DAYS = 14;

/** Number of the day on which a hazard was seen; without a word about it, of the day of filing. */
export function dayOfCase({ seenOn, filedAt }: Pick<HazardCase, 'seenOn' | 'filedAt'>): number {
  return dayNumber(seenOn === undefined ? filedAt : momentOf(`${seenOn}T12:00`));
}

/** Counted cases by category and street, week by week, oldest first, made anew from the cases that still exist. */
export type CaseCounts = {
  /** The day after the last week; weeks are counted back from it. */
  readonly end: number;
  readonly weeks: number;
  /** By `<category> <street>`; the street is empty where the place lies in none. */
  readonly cells: ReadonlyMap<string, readonly number[]>;
  /** The days before the end that are counted from cases, and by category the cases of the whole city on each. */
  readonly days: number;
  readonly daily: ReadonlyMap<string, readonly number[]>;
};

/** The street of a case, or an empty text. */
export function streetOf({ place, community, desk }: HazardCase, regions: RegionTree): string {
  const region = place.region ?? community ?? desk;
  return (region !== undefined && regions.above(region, 'street')) || '';
}

/** True for a case that counts as a report of a hazard. A finding of an inspection is none: a draw would look like a rise. */
export function isCounted({ state, source }: Pick<HazardCase, 'state' | 'source'>): boolean {
  return !NOT_COUNTED.includes(state) && source === undefined;
}

/** A counter of cases that come in the order of their filing; archived weeks stand before them. */
export function caseCounter(regions: RegionTree, end: number, archive: WeekArchive = new Map()) {
  const cells = new Map<string, number[]>();
  const daily = new Map<string, number[]>();
  let weeks = Math.max(0, ...[...archive.keys()].map((weekEnd) => weeksBetween(weekEnd - WEEK_DAYS, end)));
  let days = Math.min(weeks, CASE_WEEKS) * WEEK_DAYS;
  const listIn = (lists: Map<string, number[]>, key: string, length: number) => {
    const known = lists.get(key);
    if (known) return known;
    const list = new Array<number>(length).fill(0);
    lists.set(key, list);
    return list;
  };
  const raise = (list: number[], i: number, by = 1) => {
    list[i] = (list[i] ?? 0) + by;
  };
  for (const [weekEnd, counted] of archive) {
    const week = weeks - 1 - (end - weekEnd) / WEEK_DAYS;
    for (const [key, count] of Object.entries(counted)) raise(listIn(cells, key, weeks), week, count);
  }
  return {
    add(record: HazardCase): void {
      const day = dayOfCase(record);
      if (weeks === 0) {
        weeks = weeksBetween(day, end);
        days = Math.min(weeks, CASE_WEEKS) * WEEK_DAYS;
      }
      const i = day - (end - days);
      if (i < 0 || day >= end || !isCounted(record)) return;
      const week = weeks - days / WEEK_DAYS + Math.floor(i / WEEK_DAYS);
      raise(listIn(cells, `${record.category} ${streetOf(record, regions)}`, weeks), week);
      raise(listIn(daily, record.category, days), i);
    },
    counts: (): CaseCounts => ({ end, weeks, cells, days, daily }),
  };
}

/** The number of whole weeks from a day to the end day, at most `WEEKS_MAX`. */
function weeksBetween(first: number, end: number): number {
  return Math.min(WEEKS_MAX, Math.max(0, Math.floor((end - first) / WEEK_DAYS)));
}

/** Reads the cases of the weeks before an end day. Memory holds one batch and the counts. */
export async function loadCaseCounts(store: Store, regions: RegionTree, end: number): Promise<CaseCounts> {
  const from = end - CASE_WEEKS * WEEK_DAYS;
  const counter = caseCounter(regions, end, await loadWeekArchive(store, from));
  for await (const some of casesFiled(store, dayStart(from), dayStart(end + LATE_DAYS) - 1, BATCH)) {
    for (const { record } of some) counter.add(record);
  }
  return counter.counts();
}
