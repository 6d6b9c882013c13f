import type { Urn } from '../channels/channel.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import type { CaseChange, KeptCase } from './case-store.ts';
import { changeCase, unchanged } from './case-store.ts';
import { PHOTOS_MAX } from './hazard-case.ts';

/** So many followers move with one case; a case that more people follow is the one to merge into. */
const FOLLOWERS_MAX = 500;

/** Who would move: those who follow the one case and not yet the other. */
export async function loadMoving({ redis, keys }: Store, from: string, to: string): Promise<readonly Urn[]> {
  const [followers, had] = await orStoreAway(
    Promise.all([
      redis.zrange(keys.caseFollowers(from), '0', String(FOLLOWERS_MAX - 1)),
      redis.zrange(keys.caseFollowers(to), '0', '-1'),
    ]),
  );
  return followers.filter((urn) => !had.includes(urn)) as Urn[]; // written by commits
}

/** Who came to a case when another was merged into it at that moment (ms). */
export async function loadMoved({ redis, keys }: Store, to: string, at: number): Promise<readonly Urn[]> {
  return (await orStoreAway(redis.zrangebyscore(keys.caseFollowers(to), at, at))) as Urn[]; // written by mergeCase
}

/** 并案: one case ends in another, which gets its photos and those who follow it. */
export function mergeCase(
  store: Store,
  kept: KeptCase,
  target: KeptCase,
  event: CaseEvent,
  moving: readonly Urn[],
): CaseChange {
  const { keys } = store;
  const { at } = event;
  const { photos } = kept.record;
  const had = target.record.photos;
  const more = photos.filter(({ same }) => !had.some((photo) => photo.same === same)).slice(0, PHOTOS_MAX - had.length);
  const given: CaseEvent = { type: 'added', at, as: event.as, by: event.by, photos: more };
  const ended = changeCase(store, kept, event);
  // Her words stay with her report: hidden there, they would stand on in the other.
  const grown = more.length > 0 ? changeCase(store, target, given) : { checks: [unchanged(keys, target)], writes: [] };
  const moved = moving.flatMap((urn) => [
    ['ZADD', keys.caseFollowers(target.record.id), at, urn] as const,
    ['ZADD', keys.personFollows(urn), at, target.record.id] as const,
  ]);
  return { checks: [...ended.checks, ...grown.checks], writes: [...ended.writes, ...grown.writes, ...moved] };
}

/** Taken apart again: the case goes on where it was, and those who moved with it follow only it. */
export function unmergeCase(store: Store, kept: KeptCase, event: CaseEvent, moved: readonly Urn[]): CaseChange {
  const { keys } = store;
  const target = kept.record.mergedInto ?? '';
  const { checks, writes } = changeCase(store, kept, event);
  const back = moved.flatMap((urn) => [
    ['ZREM', keys.caseFollowers(target), urn] as const,
    ['ZREM', keys.personFollows(urn), target] as const,
  ]);
  return { checks, writes: [...writes, ...back] };
}
