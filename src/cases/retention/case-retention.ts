import type { Sweep } from '../../background/sweep.ts';
import { SWEEP_BATCH } from '../../background/sweep.ts';
import type { Urn } from '../../channels/channel.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCase, loadEvents, redactCase, removeCase } from '../case-store.ts';
import { decideRetention } from './retention-rules.ts';

/** Blurs places, removes photos and deletes cases when their retention period ends. */
export const sweepCases: Sweep = async (store, now) => {
  const { redis, keys } = store;
  const due = await orStoreAway(redis.zrange(keys.casesDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, SWEEP_BATCH));
  for (const id of due) {
    const kept = await loadCase(store, id);
    if (!kept) continue;
    const retention = decideRetention(kept.record, now);
    const { version } = kept;
    const change =
      retention.type === 'over'
        ? { what: 'case_deleted', ...removeCase(store, kept, now, await loadFollowers(store, id)) }
        : retention.type === 'lessened'
          ? {
              what: 'case_blurred',
              ...redactCase(store, kept, { events: await loadEvents(store, id), redaction: retention.redaction, now }),
            }
          : { what: 'case_looked_at', checks: [], writes: [['ZADD', keys.casesDue, retention.next, id] as const] };
    await commitAsSystem(store, { op: `decideRetention:${id}:${version}:${retention.type}`, ...change }, now);
  }
};

async function loadFollowers({ redis, keys }: Store, id: string): Promise<readonly Urn[]> {
  return (await orStoreAway(redis.zrange(keys.caseFollowers(id), '0', '-1'))) as Urn[]; // written by commits
}
