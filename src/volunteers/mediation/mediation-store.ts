import type { Sweep } from '../../background/sweep.ts';
import { DAY_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadVolunteerOf, queueEvent } from '../volunteer/volunteer-store.ts';
import type { Mediation } from './mediation.ts';
import { closeMediation, expireMediation, handBackMediation } from './mediation.ts';

/** Loads a mediation; undefined for a malformed or unknown id. */
export async function loadMediation(store: Store, id: string): Promise<Kept<Mediation> | undefined> {
  if (!/^mediation_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Mediation>(store, [store.keys.mediation(id)]))[0];
}

/** Loads all open mediations, the oldest first. */
export async function loadOpenMediations(store: Store): Promise<readonly Kept<Mediation>[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.mediationsOpen, 0, '-1'));
  return loadRecords<Mediation>(store, ids.map(store.keys.mediation));
}

/** Loads the open mediation that a person asked for. */
export async function loadOpenMediationOf(store: Store, urn: Urn): Promise<Kept<Mediation> | undefined> {
  const id = await orStoreAway(store.redis.get(store.keys.mediationOf(urn)));
  return id ? loadMediation(store, id) : undefined;
}

/** Writes a new state of a mediation and its indexes. */
export function keepMediation({ keys }: Store, record: Mediation, before?: Kept<Mediation>): Change {
  const { id, asker, state, askedAt, region, kind, ending } = record;
  const { checks, writes } = keepRecord(keys.mediation(id), record, before);
  if (state !== 'closed') {
    return {
      // One open request per person.
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

/** For a person who is forgotten: withdraws their request and hands back those that they took. */
export async function releaseMediations(store: Store, urn: Urn, now: number): Promise<Change> {
  const [asked, volunteer, all] = await Promise.all([
    loadOpenMediationOf(store, urn),
    loadVolunteerOf(store, urn),
    loadOpenMediations(store),
  ]);
  const steps = all.flatMap((kept) => {
    const isAsked = kept.record.id === asked?.record.id;
    const step = isAsked
      ? closeMediation(kept.record, undefined, urn, 'withdrawn')
      : handBackMediation(kept.record, volunteer?.record.id);
    const event = queueEvent(store, `mediation_${isAsked ? 'closed' : 'back'} ${kept.record.id}`, now);
    return step.type === 'done' ? [{ change: keepMediation(store, step.mediation, kept), event }] : [];
  });
  return {
    checks: steps.flatMap(({ change }) => change.checks),
    writes: steps.flatMap(({ change, event }) => [...change.writes, event]),
  };
}

/** A request without a mediator expires after this time. */
const EXPIRES_MS = 14 * DAY_MS;

/** Closes expired requests and notifies their askers. */
export const sweepMediations: Sweep = async (store, now) => {
  for (const kept of await loadOpenMediations(store)) {
    if (kept.record.state !== 'asked' || now - kept.record.askedAt < EXPIRES_MS) continue;
    const { checks, writes } = keepMediation(store, expireMediation(kept.record), kept);
    const event = queueEvent(store, `mediation_closed ${kept.record.id}`, now);
    const change = { op: `lapse:${kept.record.id}`, what: 'mediation_lapsed', checks, writes: [...writes, event] };
    await commitAsSystem(store, change, now);
  }
};
