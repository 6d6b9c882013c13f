import { CHINA_AHEAD_MS, DAY_MS } from '../../../calendar.ts';
import { casesFiled } from '../../../cases/filed-cases.ts';
import type { CaseState, HazardCase } from '../../../cases/hazard-case.ts';
import type { RegionTree } from '../../../regions/region-tree.ts';
import type { Store } from '../../../store/store.ts';

/** Days of a week. */
export const WEEK_DAYS = 7;
/** Weeks that are read: five years for Farrington's baseline, and the scan's four. */
export const WEEKS_MAX = 5 * 52 + 4;
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

/** Counted cases by category and street, week by week, oldest first. It is made anew from the cases and never stored. */
export type CaseCounts = {
  /** The day after the last week; weeks are counted back from it. */
  readonly end: number;
  readonly weeks: number;
  /** By `<category> <street>`; the street is empty where the place lies in none. */
  readonly cells: ReadonlyMap<string, readonly number[]>;
  /** By category: cases of the whole city, day by day. */
  readonly daily: ReadonlyMap<string, readonly number[]>;
};

/** The street of a case, or an empty text. */
export function streetOf({ place, community, desk }: HazardCase, regions: RegionTree): string {
  const region = place.region ?? community ?? desk;
  return (region !== undefined && regions.above(region, 'street')) || '';
}

/** True for a case that counts as a report of a hazard. */
export function isCounted({ state }: Pick<HazardCase, 'state'>): boolean {
  return !NOT_COUNTED.includes(state);
}

/** The number of weeks from the first case to the end day, at most `WEEKS_MAX`. */
function weeksBetween(first: number, end: number): number {
  return Math.min(WEEKS_MAX, Math.max(0, Math.floor((end - first) / WEEK_DAYS)));
}

/** A counter of cases that come in the order of their filing. */
export function caseCounter(regions: RegionTree, end: number) {
  const cells = new Map<string, number[]>();
  const daily = new Map<string, number[]>();
  let weeks = 0;
  const listFor = (lists: Map<string, number[]>, key: string, length: number) => {
    const known = lists.get(key);
    if (known) return known;
    const list = new Array<number>(length).fill(0);
    lists.set(key, list);
    return list;
  };
  return {
    add(record: HazardCase): void {
      const day = dayNumber(record.filedAt);
      weeks ||= weeksBetween(day, end);
      const i = day - (end - weeks * WEEK_DAYS);
      if (i < 0 || day >= end || !isCounted(record)) return;
      const week = Math.floor(i / WEEK_DAYS);
      const cell = listFor(cells, `${record.category} ${streetOf(record, regions)}`, weeks);
      cell[week] = (cell[week] ?? 0) + 1;
      const days = listFor(daily, record.category, weeks * WEEK_DAYS);
      days[i] = (days[i] ?? 0) + 1;
    },
    counts: (): CaseCounts => ({ end, weeks, cells, daily }),
  };
}

/** Reads the cases of the weeks before an end day. Memory holds one batch and the counts. */
export async function loadCaseCounts(store: Store, regions: RegionTree, end: number): Promise<CaseCounts> {
  const counter = caseCounter(regions, end);
  const from = dayStart(end - WEEKS_MAX * WEEK_DAYS);
  for await (const some of casesFiled(store, from, dayStart(end) - 1, BATCH)) {
    for (const { record } of some) counter.add(record);
  }
  return counter.counts();
}
