import type { Sweep } from '../../background/sweep.ts';
import { DAY_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Change, Kept } from '../../store/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/versioned-record.ts';
import { news, volunteerOf } from '../volunteer/volunteer-store.ts';
import type { Mediation } from './mediation.ts';
import { close, handBack, lapse } from './mediation.ts';

export async function loadMediation(store: Store, id: string): Promise<Kept<Mediation> | undefined> {
  if (!/^mediation_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Mediation>(store, [store.keys.mediation(id)]))[0];
}

/** All that nobody has closed yet, the longest first. */
export async function openMediations(store: Store): Promise<readonly Kept<Mediation>[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.mediationsOpen, 0, '-1'));
  return loadRecords<Mediation>(
    store,
    ids.map((id) => store.keys.mediation(id)),
  );
}

/** What somebody has asked for and is still open. */
export async function mediationOf(store: Store, urn: Urn): Promise<Kept<Mediation> | undefined> {
  const id = await orStoreAway(store.redis.get(store.keys.mediationOf(urn)));
  return id ? loadMediation(store, id) : undefined;
}

export function keepMediation({ keys }: Store, record: Mediation, before?: Kept<Mediation>): Change {
  const { id, asker, state, askedAt, region, kind, ending } = record;
  const { checks, writes } = keepRecord(keys.mediation(id), record, before);
  if (state !== 'closed') {
    return {
      // One at a time.
      checks: before ? checks : [...checks, { absent: keys.mediationOf(asker) }],
      writes: [...writes, ['SET', keys.mediationOf(asker), id], ['ZADD', keys.mediationsOpen, askedAt, id]],
    };
  }
  return {
    checks,
    writes: [
      ...writes,
      ['DEL', keys.mediationOf(asker)],
      ['ZREM', keys.mediationsOpen, id],
      ['HINCRBY', keys.mediationsClosed, `${region} ${kind} ${ending ?? ''}`, 1],
    ],
  };
}

/** What somebody who is forgotten had to do with mediations: what they asked for is over, what they took is open again. */
export async function leaveMediation(store: Store, urn: Urn, now: number): Promise<Change> {
  const [asked, volunteer, all] = await Promise.all([
    mediationOf(store, urn),
    volunteerOf(store, urn),
    openMediations(store),
  ]);
  const steps = all.flatMap((kept) => {
    const isAsked = kept.record.id === asked?.record.id;
    const step = isAsked
      ? close(kept.record, undefined, urn, 'withdrawn')
      : handBack(kept.record, volunteer?.record.id);
    const told = news(store, `mediation_${isAsked ? 'closed' : 'back'} ${kept.record.id}`, now);
    return step.type === 'done' ? [{ change: keepMediation(store, step.mediation, kept), told }] : [];
  });
  return {
    checks: steps.flatMap(({ change }) => change.checks),
    writes: steps.flatMap(({ change, told }) => [...change.writes, told]),
  };
}

/** So long a mediator is waited for; then whoever asked hears that nobody came. */
const WAITED_MS = 14 * DAY_MS;

/** Lets go of what nobody has taken for two weeks. */
export const sweepMediations: Sweep = async (store, now) => {
  for (const kept of await openMediations(store)) {
    if (kept.record.state !== 'asked' || now - kept.record.askedAt < WAITED_MS) continue;
    const { checks, writes } = keepMediation(store, lapse(kept.record), kept);
    const told = news(store, `mediation_closed ${kept.record.id}`, now);
    const change = { op: `lapse:${kept.record.id}`, what: 'mediation_lapsed', checks, writes: [...writes, told] };
    await commitAsSystem(store, change, now);
  }
};
