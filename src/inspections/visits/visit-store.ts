import { momentOf } from '../../calendar.ts';
import { queuePhotoDeletions } from '../../cases/case-store.ts';
import { PHOTOS_MS } from '../../cases/retention/retention-rules.ts';
import type { Media } from '../../engine/input.ts';
import type { Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Visit, VisitId } from './visit.ts';
import { isOver } from './visit-rules.ts';

/** Loads visits in the order of their ids; deleted ones are left out. */
export function loadVisits(store: Store, ids: readonly string[]): Promise<readonly Kept<Visit>[]> {
  return loadRecords(store, ids.map(store.keys.visit));
}

/** Loads one visit; undefined for an unknown id. */
export async function loadVisit(store: Store, id: unknown): Promise<Kept<Visit> | undefined> {
  if (typeof id !== 'string' || !/^visit_\w{8}$/.test(id)) return undefined;
  return (await loadVisits(store, [id]))[0];
}

/** Loads the visits of a draw or a round, in the order of the draw. */
export async function loadVisitsOf(store: Store, of: string): Promise<readonly Kept<Visit>[]> {
  return loadVisits(store, await orStoreAway(store.redis.zrange(store.keys.visitsOf(of), '0', '-1')));
}

/** Loads the visits of premises, newest first. */
export async function loadVisitsTo(store: Store, premises: string): Promise<readonly Kept<Visit>[]> {
  return loadVisits(store, await orStoreAway(store.redis.zrange(store.keys.visitsTo(premises), '0', '19', 'REV')));
}

/** Yields the visits whose last day ended after `from` and not after `to` (ms), in batches. */
export async function* visitsDue(store: Store, from: number, to: number): AsyncGenerator<readonly Kept<Visit>[]> {
  const { redis, keys } = store;
  const ids = await orStoreAway(redis.zrange(keys.visits, `(${from}`, String(to), 'BYSCORE'));
  for (let i = 0; i < ids.length; i += BATCH) yield await loadVisits(store, ids.slice(i, i + BATCH));
}
const BATCH = 200;

/** The end of a visit's last day, ms since the epoch. */
export function visitEndsAt({ until }: Pick<Visit, 'until'>): number {
  return momentOf(`${until}T23:59`) + 60_000;
}

/** Adds a visit to its draw, its premises, and the lists of its checkers, who are given by pseudonym. */
export function addVisit(
  store: Store,
  visit: Visit,
  { place, pseudonyms, due }: { readonly place: number; readonly pseudonyms: readonly string[]; readonly due: number },
): Change {
  const { keys } = store;
  const { checks, writes } = keepVisit(store, visit, due);
  return {
    checks,
    writes: [
      ...writes,
      ['ZADD', keys.visits, visitEndsAt(visit), visit.id],
      ['ZADD', keys.visitsOf(visit.of), place, visit.id],
      ['ZADD', keys.visitsTo(visit.premises), visitEndsAt(visit), visit.id],
      ...pseudonyms.map((one) => assignVisit(store, visit, one)),
    ],
  };
}

/** Puts a visit on the list of a checker. */
export function assignVisit({ keys }: Store, visit: Visit, pseudonym: string): Write {
  return ['ZADD', keys.checkerVisits(pseudonym), visitEndsAt(visit), visit.id];
}

/** Keeps a visit; `due` (ms) is the time of its next step, undefined if it waits for its last day. */
export function keepVisit(store: Store, visit: Visit, due: number | undefined, before?: Kept<Visit>): Change {
  const { keys } = store;
  const { checks, writes } = keepRecord(keys.visit(visit.id), visit, before);
  const next = due ?? visitEndsAt(visit);
  const ends = isOver(visit) && before !== undefined && !isOver(before.record);
  return {
    checks,
    writes: [
      ...writes,
      isOver(visit) && due === undefined
        ? ['ZREM', keys.visitsClock, visit.id]
        : ['ZADD', keys.visitsClock, next, visit.id],
      ...(ends ? photosOf(visit).map(({ photo }) => dropPhoto(store, visit, photo)) : []),
    ],
  };
}

/** Photos of a visit stay as long after its last day as those of a case after its end. */
function dropPhoto({ keys }: Store, visit: Visit, { same }: Media): Write {
  return ['ZADD', keys.photosUnwanted, visitEndsAt(visit) + PHOTOS_MS, `${visit.id} ${same}`];
}

/** The writes that delete photos of a visit, with what is known of their looks. */
export function removePhotos(
  { keys }: Store,
  id: VisitId,
  photos: readonly { readonly no: number; readonly photo: Media }[],
  now: number,
): readonly Write[] {
  return [
    ...photos.flatMap(({ no, photo: { same } }) => [
      ['HDEL', keys.looks, `${id} ${same}`] as const,
      ['ZREM', keys.looksWanted, `${id} ${no} ${same}`] as const,
    ]),
    ...queuePhotoDeletions(
      keys,
      id,
      photos.map(({ photo }) => photo),
      now,
    ),
  ];
}

/** All photos on the sheets of a visit, with their items. */
export function photosOf({ sheets }: Pick<Visit, 'sheets'>): readonly { readonly no: number; readonly photo: Media }[] {
  return Object.values(sheets).flatMap(({ photos }) =>
    Object.entries(photos).flatMap(([no, own]) => own.map((photo) => ({ no: Number(no), photo }))),
  );
}
