import type { Urn } from '../channels/channel.ts';
import type { Sweep } from '../people/retention.ts';
import { SWEEP_BATCH } from '../people/retention.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import { lessenCase, loadCase, loadEvents, removeCase } from './case-store.ts';
import { retain } from './retain.ts';

/** Blurs places, lets go of photos and deletes reports when their time is over. */
export const sweepCases: Sweep = async (store, now) => {
  const { redis, keys } = store;
  const due = await asking(redis.zrange(keys.casesDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, SWEEP_BATCH));
  for (const id of due) {
    const kept = await loadCase(store, id);
    if (!kept) continue;
    const retained = retain(kept.record, now);
    const { version } = kept;
    const change =
      retained.type === 'over'
        ? { what: 'case_deleted', ...removeCase(store, kept, now, await followersOf(store, id)) }
        : retained.type === 'lessened'
          ? { what: 'case_blurred', ...lessenCase(store, kept, await loadEvents(store, id), retained.less, now) }
          : { what: 'case_looked_at', checks: [], writes: [['ZADD', keys.casesDue, retained.next, id] as const] };
    await commitAsHouse(store, { op: `retain:${id}:${version}:${retained.type}`, ...change }, now);
  }
};

async function followersOf({ redis, keys }: Store, id: string): Promise<readonly Urn[]> {
  return (await asking(redis.zrange(keys.caseFollowers(id), '0', '-1'))) as Urn[]; // written by commits
}
