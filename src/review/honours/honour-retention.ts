import type { Sweep } from '../../background/sweep.ts';
import { DAY_MS } from '../../calendar.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { orStoreAway } from '../../store/store.ts';
import { isOpenHonour } from './honour.ts';
import { loadHonour } from './honour-store.ts';

const KEPT_MS = 2 * 365 * DAY_MS;

/** Deletes nominations that came to nothing two years after they were made; a thanks stays. */
export const sweepHonours: Sweep = async (store, now, stopping) => {
  const { redis, keys } = store;
  for (const id of await orStoreAway(redis.zrange(keys.honours, '-inf', String(now - KEPT_MS), 'BYSCORE'))) {
    if (stopping()) return;
    const kept = await loadHonour(store, id);
    if (!kept || isOpenHonour(kept.record) || kept.record.state === 'thanked') continue;
    const checks = [{ key: keys.honour(id), field: 'version', is: String(kept.version) }];
    const writes = [['DEL', keys.honour(id)] as const, ['ZREM', keys.honours, id] as const];
    await commitAsSystem(store, { op: `retain:${id}`, what: 'honour_deleted', checks, writes }, now);
  }
};
