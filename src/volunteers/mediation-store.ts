import type { Urn } from '../channels/channel.ts';
import type { Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import type { Mediation } from './mediation.ts';
import { handBack } from './mediation.ts';
import type { VolunteerId } from './volunteer.ts';
import type { Change, Kept } from './volunteer-store.ts';
import { keepRecord, loadRecords, news, volunteerOf } from './volunteer-store.ts';

export async function loadMediation(store: Store, id: string): Promise<Kept<Mediation> | undefined> {
  if (!/^mediation_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Mediation>(store, [store.keys.mediation(id)]))[0];
}

/** All that nobody has closed yet, the longest first. */
export async function openMediations(store: Store): Promise<readonly Kept<Mediation>[]> {
  const ids = await asking(store.redis.zrange(store.keys.mediationsOpen, 0, '-1'));
  return loadRecords<Mediation>(
    store,
    ids.map((id) => store.keys.mediation(id)),
  );
}

/** What somebody has asked for and is still open. */
export async function mediationOf(store: Store, urn: Urn): Promise<Kept<Mediation> | undefined> {
  const id = await asking(store.redis.get(store.keys.mediationOf(urn)));
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

/** What somebody who is forgotten had to do with mediations: what they asked for goes, what they took is open again. */
export async function leaveMediation(store: Store, urn: Urn, now: number): Promise<readonly Write[]> {
  const { keys } = store;
  const [asked, volunteer] = await Promise.all([mediationOf(store, urn), volunteerOf(store, urn)]);
  const who = volunteer?.record.id;
  const gone: readonly Write[] = asked
    ? [
        ['DEL', keys.mediation(asked.record.id)],
        ['DEL', keys.mediationOf(urn)],
        ['ZREM', keys.mediationsOpen, asked.record.id],
      ]
    : [];
  return who === undefined ? gone : [...gone, ...(await takenBy(store, who, now))];
}

async function takenBy(store: Store, who: VolunteerId, now: number): Promise<readonly Write[]> {
  const all = await openMediations(store);
  return all.flatMap((kept) => {
    const step = handBack(kept.record, who);
    if (step.type === 'refused') return [];
    return [...keepMediation(store, step.mediation, kept).writes, news(store, `mediation_back ${kept.record.id}`, now)];
  });
}
