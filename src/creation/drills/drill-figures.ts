import type { Store } from '../../store/store.ts';
import type { Quarter } from '../plan/quarter.ts';
import { loadYearOfDrills } from './drill-store.ts';

/** Drills on premises in a quarter: all, those that the lot chose to be watched, and what the watchers found. */
export type DrillFigures = {
  readonly quarter: Quarter;
  readonly drills: number;
  readonly watched: number;
  readonly held: number;
  readonly notHeld: number;
  readonly halfHash: string;
  readonly half?: string;
};

/** The figures of the last quarters, the newest first. A watch is counted once its drill is over: before it, it is sealed. */
export async function loadDrillFigures(store: Store, now: number): Promise<readonly DrillFigures[]> {
  const quarters = (await loadYearOfDrills(store, now)).map(({ record }) => record);
  return quarters
    .filter(({ drills }) => drills.length > 0)
    .map(({ quarter, halfHash, half, drills }) => {
      const over = drills.filter(({ until }) => until < now);
      const watched = over.flatMap(({ watch }) => watch ?? []);
      return {
        quarter,
        drills: over.length,
        watched: watched.length,
        held: watched.filter(({ answer, overruled }) => answer === 'held' || overruled).length,
        notHeld: watched.filter(({ answer, overruled }) => answer === 'not_held' && !overruled).length,
        halfHash,
        ...(half === undefined ? {} : { half }),
      };
    });
}
