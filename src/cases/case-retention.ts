import type { Sweep } from '../background/sweep.ts';
import { SWEEP_BATCH } from '../background/sweep.ts';
import type { Urn } from '../channels/channel.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { loadCase, loadEvents, redactCase, removeCase } from './case-store.ts';
import { retain } from './retention-rules.ts';

/** Blurs places, lets go of photos and deletes reports when their time is over. */
export const sweepCases: Sweep = async (store, now) => {
  const { redis, keys } = store;
  const due = await orStoreAway(redis.zrange(keys.casesDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, SWEEP_BATCH));
  for (const id of due) {
    const kept = await loadCase(store, id);
    if (!kept) continue;
    const retained = retain(kept.record, now);
    const { version } = kept;
    const change =
      retained.type === 'over'
        ? { what: 'case_deleted', ...removeCase(store, kept, now, await followersOf(store, id)) }
        : retained.type === 'lessened'
          ? { what: 'case_blurred', ...redactCase(store, kept, await loadEvents(store, id), retained.less, now) }
          : { what: 'case_looked_at', checks: [], writes: [['ZADD', keys.casesDue, retained.next, id] as const] };
    await commitAsSystem(store, { op: `retain:${id}:${version}:${retained.type}`, ...change }, now);
  }
};

async function followersOf({ redis, keys }: Store, id: string): Promise<readonly Urn[]> {
  return (await orStoreAway(redis.zrange(keys.caseFollowers(id), '0', '-1'))) as Urn[]; // written by commits
}
