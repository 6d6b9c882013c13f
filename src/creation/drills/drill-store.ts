import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Quarter } from '../plan/quarter.ts';
import { addQuarters, quarterOf } from '../plan/quarter.ts';
import type { DrillQuarter } from './drill-watch.ts';

/** Loads the drills of a quarter; undefined before its half is fixed. */
export async function loadDrills(store: Store, quarter: Quarter): Promise<Kept<DrillQuarter> | undefined> {
  return (await loadRecords<DrillQuarter>(store, [store.keys.drills(quarter)]))[0];
}

/** Loads the drills of this quarter, of the next one where it has begun to be planned, and of the four before. */
export async function loadYearOfDrills(store: Store, now: number): Promise<readonly Kept<DrillQuarter>[]> {
  return loadRecords<DrillQuarter>(store, drillQuarters(now).map(store.keys.drills));
}

/** The next quarter, this one, and the four before. */
export function drillQuarters(now: number): readonly Quarter[] {
  return [1, 0, -1, -2, -3, -4].map((by) => addQuarters(quarterOf(now), by));
}

/** Keeps the drills of a quarter. */
export function keepDrills({ keys }: Store, record: DrillQuarter, before?: Kept<DrillQuarter>): Change {
  return keepRecord(keys.drills(record.quarter), record, before);
}

/** The name under which the half of a quarter's seed is sealed. */
export function drillSeedOf(quarter: Quarter): string {
  return `drills_${quarter}`;
}
