import { loadHeardCounts } from '../../broadcasts/board/load-board.ts';
import type { Broadcast, RunId } from '../../broadcasts/broadcast.ts';
import { runIdOf } from '../../broadcasts/broadcast.ts';
import { loadAllBroadcasts } from '../../broadcasts/broadcast-store.ts';
import type { Progress } from '../../broadcasts/sending/ledger.ts';
import { loadProgress } from '../../broadcasts/sending/ledger.ts';
import type { Store } from '../../store/store.ts';

/** Shares of the recipients whom an announcement must reach, and who tapped 知道了. It passes or fails: no rate leaves. */
const [DELIVERED_MIN, HEARD_MIN] = [0.95, 0.6];
/** With fewer recipients a pass would tell what single people did. */
const RECIPIENTS_MIN = 10;

/**
 * Finds the announcements that staff sent to one of these regions alone since `from` (ms), and that passed. Returns run ids by
 * region. An announcement to more than the region is not the work of its premises.
 */
export async function readAnnouncements(
  store: Store,
  regions: ReadonlySet<string>,
  from: number,
): Promise<ReadonlyMap<string, readonly RunId[]>> {
  const all = (await loadAllBroadcasts(store)).map(({ record }) => record);
  const recalled = new Set(all.map(({ recalls }) => recalls));
  const found = new Map<string, readonly RunId[]>();
  for (const record of all) {
    const region = onlyRegionOf(record);
    if (region === undefined || !regions.has(region)) continue;
    const runs = record.runs
      .filter(({ fate, slot }) => fate === 'fired' && slot >= from)
      .map(({ slot }) => runIdOf(record.id, slot))
      .filter((run) => !recalled.has(run));
    const last = runs.at(-1);
    // People acknowledge an announcement, not a run: the last run stands for all.
    if (last === undefined) continue;
    const [progress, heard] = await Promise.all([loadProgress(store, last), loadHeardCounts(store, record.id)]);
    const heardBy = [...heard.values()].reduce((sum, n) => sum + n, 0);
    if (progress && hasPassed(progress, heardBy)) found.set(region, [...(found.get(region) ?? []), last]);
  }
  return found;
}

/** True if an ended run reached its recipients, and most of them tapped 知道了. */
export function hasPassed(
  { state, total, counts }: Pick<Progress, 'state' | 'total' | 'counts'>,
  heard: number,
): boolean {
  const delivered = counts.delivered ?? 0;
  return (
    state === 'ended' && total >= RECIPIENTS_MIN && delivered >= DELIVERED_MIN * total && heard >= HEARD_MIN * delivered
  );
}

function onlyRegionOf({ audience }: Broadcast): string | undefined {
  return audience.type === 'people' && (audience.also ?? []).length === 0 ? audience.region : undefined;
}
