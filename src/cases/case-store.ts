import { createHash } from 'node:crypto';
import type { Urn } from '../channels/channel.ts';
import type { Media, Point } from '../engine/input.ts';
import type { Check, Write } from '../store/commit.ts';
import type { Keys } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import { apply, replay } from './case-event.ts';
import { marksOf } from './deadlines.ts';
import { workListsOf } from './desk/work-queues.ts';
import type { CaseId, HazardCase, Report } from './hazard-case.ts';
import { isOpen, photosOf } from './hazard-case.ts';
import type { Redaction } from './retention-rules.ts';
import { isExact, redacted, retain } from './retention-rules.ts';

/** A case with the version that a change to it must find unchanged. */
export type KeptCase = {
  readonly version: number;
  readonly record: HazardCase;
};
export type CaseChange = { readonly checks: readonly Check[]; readonly writes: readonly Write[] };

/** So many are shown and searched; whoever is forgotten is asked for all of them. */
const OWN_CASES_SHOWN = 200;

export function newCaseId(random: (below: number) => number): CaseId {
  const bytes = Uint8Array.from({ length: 8 }, () => random(256));
  return `case_${Buffer.from(bytes).toString('base64url')}`;
}

/** The newest cases that a person filed, or all of them. */
export async function loadOwnCases(store: Store, person: Urn, max = OWN_CASES_SHOWN): Promise<readonly KeptCase[]> {
  const { redis, keys } = store;
  return loadCases(store, await orStoreAway(redis.zrevrange(keys.personCases(person), 0, max - 1)));
}

/** The cases of others that a person follows, the newest first. */
export async function loadFollowedCases(
  store: Store,
  person: Urn,
  max = OWN_CASES_SHOWN,
): Promise<readonly KeptCase[]> {
  const { redis, keys } = store;
  return loadCases(store, await orStoreAway(redis.zrevrange(keys.personFollows(person), 0, max - 1)));
}

/** Those of these cases that are still there, in the same order. */
export async function loadCases({ redis, keys }: Store, ids: readonly string[]): Promise<readonly KeptCase[]> {
  const kept = await orStoreAway(Promise.all(ids.map((id) => redis.hmget(keys.case(id), 'version', 'record'))));
  return kept.flatMap((fields) => readCase(fields) ?? []);
}

export async function loadCase(store: Store, id: string): Promise<KeptCase | undefined> {
  return (await loadCases(store, [id]))[0];
}

/** Everything that happened to a case, the oldest first. */
export async function loadEvents({ redis, keys }: Store, id: string): Promise<readonly CaseEvent[]> {
  const entries = await orStoreAway(redis.xrange(keys.caseEvents(id), '-', '+'));
  return entries.map(([, fields]) => JSON.parse(fields[1] ?? '{}') as CaseEvent); // written below
}

/** A case as its hash keeps it; the sum finds what a failing disk has changed. */
function recordFields(version: number, record: HazardCase): readonly string[] {
  const text = JSON.stringify(record);
  return ['version', String(version), 'record', text, 'sum', sumOf(text)];
}

export function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

/** A case out of its hash's version and record; undefined if it is gone. */
export function readCase([version, record]: readonly (string | null)[]): KeptCase | undefined {
  return version && record ? { version: Number(version), record: JSON.parse(record) as HazardCase } : undefined; // written below
}

/** The event with which a case begins. Nobody stands in it: who reported is told apart by the list of followers alone. */
export function submission(report: Report): CaseEvent {
  return { type: 'submitted', at: report.filedAt, as: 'reporter', by: '', report };
}

/** The writes that add a new case with all its indexes. The number must still be free. */
export function addCase(store: Store, report: Report, reporter: Urn): CaseChange {
  const { keys } = store;
  const { id, number, filedAt, photos } = report;
  return {
    checks: [{ absent: keys.caseNumber(number) }],
    writes: [
      ...addHistory(store, [submission(report)], reporter, filedAt),
      ['ZADD', keys.casesNews, filedAt, `${id} 1`],
      ...wantPhotos(keys, id, photos, filedAt),
    ],
  };
}

/** The writes of a case that has a past already. Nobody is told of it, and no photo is fetched. */
export function addHistory(store: Store, events: readonly CaseEvent[], reporter: Urn, now: number): readonly Write[] {
  const { keys } = store;
  const { id, number, filedAt } = replay(events);
  return [
    ['SET', keys.caseNumber(number), id],
    ...historyWrites(store, events, events.length, now),
    ['ZADD', keys.caseFollowers(id), filedAt, reporter],
    ['ZADD', keys.personCases(reporter), filedAt, id],
  ];
}

/** The record, the log and the lists of a case that stands nowhere yet. */
export function historyWrites(
  { keys }: Store,
  events: readonly CaseEvent[],
  version: number,
  now: number,
): readonly Write[] {
  const record = replay(events);
  return [
    ['HSET', keys.case(record.id), ...recordFields(version, record)],
    ...events.map((event) => appended(keys, record.id, event)),
    ...relisted(keys, undefined, record, now),
  ];
}

/** The writes of one more event. Nobody else may have changed the case since it was loaded. */
export function changeCase(store: Store, kept: KeptCase, event: CaseEvent): CaseChange {
  const { keys } = store;
  const { id } = kept.record;
  const record = apply(kept.record, event);
  return {
    checks: [unchanged(keys, kept)],
    writes: [
      ['HSET', keys.case(id), ...recordFields(kept.version + 1, record)],
      appended(keys, id, event),
      ...relisted(keys, kept.record, record, event.at),
      ['ZADD', keys.casesNews, event.at, newsOf(record)],
      ...wantPhotos(keys, id, event.photos ?? [], event.at),
    ],
  };
}

/** The writes that take a case and all that leads to it away. */
export function removeCase(store: Store, kept: KeptCase, now: number, followers: readonly Urn[] = []): CaseChange {
  const { keys } = store;
  const { id, number } = kept.record;
  return {
    checks: [unchanged(keys, kept)],
    writes: [
      ['DEL', keys.case(id)],
      ['DEL', keys.caseEvents(id)],
      ['DEL', keys.caseFollowers(id)],
      ['DEL', keys.caseNumber(number)],
      ...relisted(keys, kept.record, undefined, now),
      ...followers.flatMap((urn) => [
        ['ZREM', keys.personCases(urn), id] as const,
        ['ZREM', keys.personFollows(urn), id] as const,
      ]),
      ...dropPhotos(keys, id, photosOf(kept.record), now),
    ],
  };
}

/**
 * The writes that keep less of a case than before. The history is written anew, so that what was taken away stands
 * nowhere any more; it is the only time that an event changes. `event` tells that somebody did it, where it was somebody.
 */
export function redactCase(
  store: Store,
  kept: KeptCase,
  events: readonly CaseEvent[],
  less: Redaction,
  now: number,
  event?: CaseEvent,
): CaseChange {
  const { keys } = store;
  const { id } = kept.record;
  const left = [...events.map((one) => redacted(one, less)), ...(event ? [event] : [])];
  const record = replay(left);
  const gone = photosOf(kept.record).filter(({ same }) => !photosOf(record).some((photo) => photo.same === same));
  return {
    checks: [unchanged(keys, kept)],
    writes: [
      ['HSET', keys.case(id), ...recordFields(kept.version + 1, record)],
      ['DEL', keys.caseEvents(id)],
      ...left.map((one) => appended(keys, id, one)),
      ...relisted(keys, kept.record, record, now),
      ...dropPhotos(keys, id, gone, now),
    ],
  };
}

function appended(keys: Keys, id: CaseId, event: CaseEvent): Write {
  return ['XADD', keys.caseEvents(id), '*', 'event', JSON.stringify(event)];
}

/** How the event that made this record is named among those that wait to be told. */
function newsOf({ id, events }: HazardCase): string {
  return `${id} ${events}`;
}

/** In which lists a case stands, with its score there: all of it follows from the record. */
export function listsOf(keys: Keys, record: HazardCase, now: number): ReadonlyMap<string, number> {
  const { state, since, filedAt, desk, place } = record;
  const retained = retain(record, now);
  const open = isOpen(record);
  const [mark] = marksOf(record);
  return new Map<string, number>([
    [keys.casesIn(state), since],
    [keys.casesFiled, filedAt],
    [keys.casesChanged, record.changedAt],
    [keys.casesDue, retained.type === 'kept' ? retained.next : now],
    ...(mark ? [[keys.casesClock, mark.at] as const] : []),
    // Somebody who knows the city finds out where this is.
    ...(open && desk === undefined ? [[keys.casesNowhere, filedAt] as const] : []),
    ...(open && place.address !== undefined ? [[keys.casesAt(place.address), filedAt] as const] : []),
    ...workListsOf(record).map(({ list, due }) => [keys.casesWork(list), due] as const),
  ]);
}

/** The writes that lead from the lists of one record to those of another. */
function relisted(
  keys: Keys,
  before: HazardCase | undefined,
  after: HazardCase | undefined,
  now: number,
): readonly Write[] {
  const old = before ? listsOf(keys, before, now) : new Map<string, number>();
  const listed = after ? listsOf(keys, after, now) : new Map<string, number>();
  const id = (after ?? before)?.id ?? '';
  return [
    ...[...old.keys()].filter((key) => !listed.has(key)).map((key) => ['ZREM', key, id] as const),
    ...[...listed]
      .filter(([key, score]) => old.get(key) !== score)
      .map(([key, score]) => ['ZADD', key, score, id] as const),
    ...placed(keys, before, after),
  ];
}

/** Redis' maps end short of the poles (GEOADD: 85.05112878 degrees). */
export function isOnMap({ latitude, longitude }: Point): boolean {
  return Math.abs(latitude) <= 85.05 && Math.abs(longitude) <= 180;
}

/** Where a case lies on a map: those of a category that are open, and those that ended with a place still exact. */
export function mapOf(keys: Keys, record: HazardCase): string | undefined {
  if (!record.place.point || !isOnMap(record.place.point)) return undefined;
  if (isOpen(record)) return keys.casesNear(record.category);
  return record.state === 'closed' && isExact(record.place) ? keys.casesEnded(record.category) : undefined;
}

function placed(keys: Keys, before: HazardCase | undefined, after: HazardCase | undefined): readonly Write[] {
  const [old, map] = [before && mapOf(keys, before), after && mapOf(keys, after)];
  const [was, is] = [before?.place.point, after?.place.point];
  const stays = old === map && was?.longitude === is?.longitude && was?.latitude === is?.latitude;
  if (stays) return [];
  const id = (after ?? before)?.id ?? '';
  return [
    ...(old && old !== map ? [['ZREM', old, id] as const] : []),
    ...(map && is ? [['GEOADD', map, is.longitude, is.latitude, id] as const] : []),
  ];
}

/** Nobody else may have changed the case since it was loaded. */
export function unchanged(keys: Keys, { version, record }: KeptCase): Check {
  return { key: keys.case(record.id), field: 'version', is: String(version) };
}

/** Each case has its own copy of a photo, so that one case's end takes nothing from another. */
function wantPhotos(keys: Keys, id: CaseId, photos: readonly Media[], now: number): readonly Write[] {
  return photos.map(({ file, same }) => ['ZADD', keys.photosWanted, now, `${id} ${same} ${file}`]);
}

function dropPhotos(keys: Keys, id: CaseId, photos: readonly Media[], now: number): readonly Write[] {
  return photos.flatMap(({ file, same }) => [
    ['ZREM', keys.photosWanted, `${id} ${same} ${file}`] as const,
    ['ZADD', keys.photosUnwanted, now, `${id} ${same}`] as const,
  ]);
}
