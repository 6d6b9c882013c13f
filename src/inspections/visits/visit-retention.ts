import type { Sweep } from '../../background/sweep.ts';
import { SWEEP_BATCH } from '../../background/sweep.ts';
import { DAY_MS } from '../../calendar.ts';
import type { Write } from '../../store/commit.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { scanKeys } from '../../store/records/invariants.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadDraw } from '../draw/draw-store.ts';
import type { Visit } from './visit.ts';
import { loadVisits, loadVisitsOf, photosOf, removePhotos, visitEndsAt } from './visit-store.ts';

/** A level is held on visits of up to two years; the score reads those of twelve months. */
const KEPT_MS = 2 * 365 * DAY_MS;

/** Deletes draws and visits two years after their last day. A draw goes with all its visits, or not at all. */
export const sweepVisits: Sweep = async (store, now, stopping) => {
  const { redis, keys } = store;
  const old = now - KEPT_MS;
  let deleted = 0;
  const drawn = [keys.inspectionDraws, '-inf', String(old), 'BYSCORE', 'LIMIT', 0, SWEEP_BATCH] as const;
  for (const id of await orStoreAway(redis.zrange(...drawn))) {
    const record = (await loadDraw(store, id))?.record;
    if (!record || stopping()) continue;
    const visits = (await loadVisitsOf(store, record.id)).map((kept) => kept.record);
    if ([record, ...visits].some((one) => visitEndsAt(one) > old)) continue;
    const writes = [...visits.flatMap((visit) => removeVisit(store, visit, now)), ...removeDraw(store, record.id)];
    await commitAsSystem(store, { op: `retain:${record.id}`, what: 'draw_deleted', checks: [], writes }, now);
    deleted += visits.length;
  }
  // Visits of rounds, which stay themselves, and of re-checks, which have a frame and a seed alone.
  const ended = [keys.visits, '-inf', String(old), 'BYSCORE', 'LIMIT', 0, SWEEP_BATCH] as const;
  for (const { record } of await loadVisits(store, await orStoreAway(redis.zrange(...ended)))) {
    if (record.of.startsWith('draw_') || stopping()) continue;
    const writes = removeVisit(store, record, now);
    await commitAsSystem(store, { op: `retain:${record.id}`, what: 'visit_deleted', checks: [], writes }, now);
    deleted += 1;
  }
  if (deleted > 0) await trimCheckers(store, old, now);
};

function removeDraw({ keys }: Store, id: string): readonly Write[] {
  return [
    ['DEL', keys.inspectionDraw(id)],
    ['DEL', keys.drawFrame(id)],
    ['DEL', keys.drawHalves(id)],
    ['ZREM', keys.inspectionDraws, id],
    ['ZREM', keys.drawsClock, id],
  ];
}

function removeVisit(store: Store, visit: Visit, now: number): readonly Write[] {
  const { keys } = store;
  const { id, of, premises } = visit;
  return [
    ['DEL', keys.visit(id)],
    ['ZREM', keys.visits, id],
    ['ZREM', keys.visitsOf(of), id],
    ...(of.startsWith('recheck_') ? [['DEL', keys.drawFrame(of)] as const, ['DEL', keys.drawHalves(of)] as const] : []),
    ['ZREM', keys.visitsTo(premises), id],
    ['ZREM', keys.visitsClock, id],
    ...removePhotos(store, id, photosOf(visit), now),
  ];
}

/** Takes old visits off the lists of checkers, whom a visit names by code only, and forgets who checked last. */
async function trimCheckers(store: Store, old: number, now: number): Promise<void> {
  const { redis, keys } = store;
  const lists = await scanKeys(store, keys.checkerVisits('*'));
  const writes: Write[] = [];
  for (const list of lists) {
    const ids = await orStoreAway(redis.zrange(list, '-inf', String(old), 'BYSCORE'));
    writes.push(...ids.map((id) => ['ZREM', list, id] as const));
  }
  for (const premises of await orStoreAway(redis.hkeys(keys.lastCheckers)))
    if ((await orStoreAway(redis.exists(keys.visitsTo(premises)))) === 0)
      writes.push(['HDEL', keys.lastCheckers, premises]);
  await commitAsSystem(store, { op: `retain:checkers:${now}`, what: 'checkers_trimmed', checks: [], writes }, now);
}
