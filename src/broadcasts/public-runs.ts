import type { Store } from '../store/store.ts';
import type { Broadcast, RunId } from './broadcast.ts';
import { broadcastIdOf, isCorrection, slotOf } from './broadcast.ts';
import { loadBroadcast, loadRetainedRuns } from './broadcast-store.ts';

/** A run that everybody may read. */
export type PublicRun = {
  readonly run: RunId;
  readonly slot: number; // ms since the epoch
  readonly record: Broadcast;
  /** The run that this correction corrects. */
  readonly corrects?: PublicRun;
};

const LISTED_MAX = 50;

/** Loads the runs sent to a whole region and not recalled, newest first. A correction of such a run is public too. */
export async function loadPublicRuns(store: Store): Promise<readonly PublicRun[]> {
  const runs = await loadRetainedRuns(store);
  const found = await Promise.all(
    runs.map(async (run) => {
      const kept = await loadBroadcast(store, broadcastIdOf(run));
      return kept ? [{ run, slot: slotOf(run), record: kept.record }] : [];
    }),
  );
  const all = found.flat();
  const recalled = new Set(all.map(({ record }) => record.recalls));
  const byRun = new Map(all.map((one) => [one.run, one]));
  return all
    .filter(({ run }) => !recalled.has(run))
    .flatMap((one): readonly PublicRun[] => {
      const { audience } = one.record;
      if (audience.type === 'people') return isForAll(one.record) ? [one] : [];
      const corrects = isCorrection(one.record) ? byRun.get(audience.run) : undefined;
      return corrects && isForAll(corrects.record) ? [{ ...one, corrects }] : [];
    })
    .slice(0, LISTED_MAX);
}

function isForAll({ audience }: Broadcast): boolean {
  return audience.type === 'people' && audience.who === 'everybody';
}
