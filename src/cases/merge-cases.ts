import type { Urn } from '../channels/channel.ts';
import type { Write } from '../store/commit.ts';
import type { Change, Kept } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import { changeCase, loadCase, loadCases } from './case-store.ts';
import type { CaseId, HazardCase } from './hazard-case.ts';
import { PHOTOS_MAX } from './hazard-case.ts';

/** Limit of followers that one merge moves; merge into the case with more followers. */
const FOLLOWERS_MAX = 500;

/** Loads the followers of one case who do not follow the other yet. */
export async function loadMovingFollowers({ redis, keys }: Store, from: string, to: string): Promise<readonly Urn[]> {
  const [followers, existing] = await orStoreAway(
    Promise.all([
      redis.zrange(keys.caseFollowers(from), '0', String(FOLLOWERS_MAX - 1)),
      redis.zrange(keys.caseFollowers(to), '0', '-1'),
    ]),
  );
  return followers.filter((urn) => !existing.includes(urn)) as Urn[]; // written by commits
}

/** A follower whom a merge brought to a case. They leave it, or stay since `at` (ms) for another report that is merged into it. */
export type MovedFollower = { readonly case: CaseId; readonly urn: Urn; readonly at?: number };

/** Loads the followers whom the merge of a case brought to its target, and to the cases into which that one was merged later. */
export async function loadMovedFollowers(store: Store, merged: HazardCase): Promise<readonly MovedFollower[]> {
  const moved: MovedFollower[] = [];
  let source = merged;
  let leaving: readonly Urn[] | undefined;
  for (let i = 0; i < MERGES_MAX && source.mergedInto !== undefined && leaving?.length !== 0; i += 1) {
    const target = (await loadCase(store, source.mergedInto))?.record;
    if (!target) break;
    const found = await movedBetween(store, source, target);
    // Who leaves the first case leaves the next ones; others have come there on their own.
    const left = leaving;
    moved.push(...(left === undefined ? found : found.filter(({ urn }) => left.includes(urn))));
    leaving = moved.flatMap(({ case: id, urn, at }) => (id === target.id && at === undefined ? [urn] : []));
    source = target;
  }
  return moved;
}

async function movedBetween(store: Store, source: HazardCase, target: HazardCase): Promise<readonly MovedFollower[]> {
  const { redis, keys } = store;
  const [came, merged] = await Promise.all([
    orStoreAway(redis.zrangebyscore(keys.caseFollowers(target.id), source.since, source.since)),
    loadMerged(store, target),
  ]);
  const others = merged.map(({ record }) => record).filter(({ id }) => id !== source.id);
  const followers = await orStoreAway(
    Promise.all(others.map(({ id }) => redis.zrange(keys.caseFollowers(id), 0, '-1'))),
  );
  return came.map((urn) => {
    const other = others.find((_, i) => followers[i]?.includes(urn));
    return { case: target.id, urn: urn as Urn, ...(other ? { at: other.since } : {}) }; // written by mergeCase
  });
}

/** Loads the cases that are merged into this one now, oldest merge first. */
export async function loadMerged(store: Store, { id, joined = [] }: HazardCase): Promise<readonly Kept<HazardCase>[]> {
  const merged = joined.length === 0 ? [] : await loadCases(store, joined);
  return merged.filter(({ record }) => record.mergedInto === id);
}

/** Merges in a row that are followed. */
const MERGES_MAX = 8;

/** Loads the case in which the work on a case goes on: itself, or the one into which it was merged; undefined if deleted. */
export async function loadStanding(store: Store, id: CaseId): Promise<HazardCase | undefined> {
  let record = (await loadCase(store, id))?.record;
  for (let i = 0; i < MERGES_MAX && record?.mergedInto !== undefined; i += 1)
    record = (await loadCase(store, record.mergedInto))?.record;
  return record;
}

/** 并案: merges a case into another, which gets its photos and followers. */
export function mergeCase(
  store: Store,
  kept: Kept<HazardCase>,
  target: Kept<HazardCase>,
  event: CaseEvent,
  moving: readonly Urn[],
): Change {
  const { keys } = store;
  const { at } = event;
  const { photos } = kept.record;
  const existing = target.record.photos;
  const newPhotos = photos
    .filter(({ same }) => !existing.some((photo) => photo.same === same))
    .slice(0, PHOTOS_MAX - existing.length);
  // Texts stay with their report: a later redaction there would miss a copy in the target.
  const joined: CaseEvent = {
    type: 'added',
    at,
    as: event.as,
    by: event.by,
    target: kept.record.id,
    ...(newPhotos.length > 0 ? { photos: newPhotos } : {}),
  };
  const ended = changeCase(store, kept, event);
  const targetChange = changeCase(store, target, joined);
  const moved = moving.flatMap((urn) => [
    ['ZADD', keys.caseFollowers(target.record.id), at, urn] as const,
    ['ZADD', keys.personFollows(urn), at, target.record.id] as const,
  ]);
  return {
    checks: [...ended.checks, ...targetChange.checks],
    writes: [...ended.writes, ...targetChange.writes, ...moved],
  };
}

/** Undoes a merge: the case returns to its state, and each moved follower ends with the reports that they followed. */
export function unmergeCase(
  store: Store,
  kept: Kept<HazardCase>,
  event: CaseEvent,
  moved: readonly MovedFollower[],
): Change {
  const { keys } = store;
  const { checks, writes } = changeCase(store, kept, event);
  const back = moved.flatMap(({ case: id, urn, at }): readonly Write[] => {
    const lists = [
      [keys.caseFollowers(id), urn],
      [keys.personFollows(urn), id],
    ] as const;
    return lists.map(([list, member]) => (at === undefined ? ['ZREM', list, member] : ['ZADD', list, at, member]));
  });
  return { checks, writes: [...writes, ...back] };
}
