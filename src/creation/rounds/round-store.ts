import { queuePhotoDeletions, queuePhotoFetches } from '../../cases/case-store.ts';
import type { Series } from '../../city/series.ts';
import type { Media } from '../../engine/input.ts';
import type { Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { photosEndAt, photosOf } from '../notice/objection-photos.ts';
import { nextStepAt } from './next-step-at.ts';
import type { LegalBasis, Round } from './round.ts';

/** Loads one round; undefined for an unknown id. */
export async function loadRound(store: Store, id: unknown): Promise<Kept<Round> | undefined> {
  if (typeof id !== 'string' || !/^round_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Round>(store, [store.keys.round(id)]))[0];
}

/** Loads all rounds of premises, newest first. */
export async function loadRoundsOf(store: Store, premises: string): Promise<readonly Kept<Round>[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.roundsOf(premises), '0', '-1', 'REV'));
  return loadRecords(store, ids.map(store.keys.round));
}

/** Loads all rounds, newest first. */
export async function loadRounds(store: Store): Promise<readonly Kept<Round>[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.rounds, '0', '-1', 'REV'));
  return loadRecords(store, ids.map(store.keys.round));
}

/** Keeps a round, its lists, its photos and the time of its next step. */
export function keepRound({ keys }: Store, round: Round, now: number, before?: Kept<Round>): Change {
  const { checks, writes } = keepRecord(keys.round(round.id), round, before);
  const plannedAt = round.history[0]?.at ?? round.since;
  const due = wakesAt(round);
  return {
    checks,
    writes: [
      ...writes,
      ...(before
        ? []
        : [
            ['ZADD', keys.rounds, plannedAt, round.id] as const,
            ['ZADD', keys.roundsOf(round.premises), plannedAt, round.id] as const,
          ]),
      due === undefined ? ['ZREM', keys.roundsClock, round.id] : ['ZADD', keys.roundsClock, due, round.id],
      ...photoWrites(keys, round, now, before?.record),
    ],
  };
}

/** When the clock looks at a round: its next step or the end of photos, ms since the epoch. */
export function wakesAt(round: Round): number | undefined {
  const times = [nextStepAt(round), photosEndAt(round)].flatMap((at) => at ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The round keeps its own copies of the photos; one that no objection has any more is deleted. */
function photoWrites(keys: Store['keys'], round: Round, now: number, before?: Round): readonly Write[] {
  const [old, kept] = [before ? photosOf(before) : [], photosOf(round)];
  const without = (some: readonly Media[], others: readonly Media[]) =>
    some.filter(({ same }) => !others.some((other) => other.same === same));
  return [
    ...queuePhotoFetches(keys, round.id, without(kept, old), now),
    ...queuePhotoDeletions(keys, round.id, without(old, kept), now),
  ];
}

/** Loads the approvals under which series may name levels, by series. */
export async function loadBases({ redis, keys }: Store): Promise<Readonly<Partial<Record<Series, LegalBasis>>>> {
  const all = Object.entries(await orStoreAway(redis.hgetall(keys.legalBases)));
  return Object.fromEntries(all.map(([series, text]) => [series, JSON.parse(text) as LegalBasis])); // written by keepBasis
}

/** Keeps the approval of a series. */
export function keepBasis({ keys }: Store, series: Series, basis: LegalBasis): Write {
  return ['HSET', keys.legalBases, series, JSON.stringify(basis)];
}
