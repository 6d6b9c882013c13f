import type { Urn } from '../channels/channel.ts';
import { storedFile } from '../channels/channel.ts';
import type { Media } from '../engine/input.ts';
import type { Check, Write } from '../store/commit.ts';
import type { Keys } from '../store/keys.ts';
import type { readFields } from '../store/records/read-fields.ts';
import type { Change, Kept } from '../store/records/versioned-record.ts';
import { loadRecords, recordFields } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import { reindex } from './case-indexes.ts';
import type { CaseId, HazardCase, Report } from './hazard-case.ts';
import { photosOf } from './hazard-case.ts';
import { photoName } from './photos/photo-name.ts';
import { applyEvent, replay } from './replay.ts';
import type { Redaction } from './retention/retention-rules.ts';
import { redactEvent } from './retention/retention-rules.ts';

/** Limit for lists and searches; the flow that forgets a person passes 0 and loads all. */
const OWN_CASES_MAX = 200;

/** Makes a case id from 64 random bits. */
export function newCaseId(random: (below: number) => number): CaseId {
  const bytes = Uint8Array.from({ length: 8 }, () => random(256));
  return `case_${Buffer.from(bytes).toString('base64url')}`;
}

/** Loads the newest cases that a person filed; all of them if `max` is 0. */
export async function loadOwnCases(
  store: Store,
  person: Urn,
  max = OWN_CASES_MAX,
): Promise<readonly Kept<HazardCase>[]> {
  const { redis, keys } = store;
  return loadCases(store, await orStoreAway(redis.zrevrange(keys.personCases(person), 0, max - 1)));
}

/** Loads the cases of other reporters that a person follows, newest first; all of them if `max` is 0. */
export async function loadFollowedCases(
  store: Store,
  person: Urn,
  max = OWN_CASES_MAX,
): Promise<readonly Kept<HazardCase>[]> {
  const { redis, keys } = store;
  return loadCases(store, await orStoreAway(redis.zrevrange(keys.personFollows(person), 0, max - 1)));
}

/** Loads cases in the order of their ids; deleted cases are left out. */
export function loadCases(
  store: Store,
  ids: readonly string[],
  read?: typeof readFields,
): Promise<readonly Kept<HazardCase>[]> {
  return loadRecords(
    store,
    ids.map((id) => store.keys.case(id)),
    read,
  );
}

/** Loads one case; undefined if it was deleted. */
export async function loadCase(store: Store, id: string): Promise<Kept<HazardCase> | undefined> {
  return (await loadCases(store, [id]))[0];
}

/** Loads the event log of a case, oldest first. */
export async function loadEvents({ redis, keys }: Store, id: string): Promise<readonly CaseEvent[]> {
  const entries = await orStoreAway(redis.xrange(keys.caseEvents(id), '-', '+'));
  return entries.map(([, fields]) => JSON.parse(fields[1] ?? '{}') as CaseEvent); // written by appendEvent
}

/** Makes the first event of a case. It names no person: only the list of followers holds the reporter. */
export function submissionEvent(report: Report): CaseEvent {
  return { type: 'submitted', at: report.filedAt, as: 'reporter', by: '', report };
}

/** The change that adds a case with all its indexes; the case number must be unused. */
export function addCase(store: Store, report: Report, reporter: Urn): Change {
  const { keys } = store;
  const { id, number, filedAt, photos } = report;
  return {
    checks: [{ absent: keys.caseNumber(number) }],
    writes: [
      ...addHistory(store, [submissionEvent(report)], reporter, filedAt),
      ['ZADD', keys.casesNews, filedAt, `${id} 1`],
      ...queuePhotoFetches(keys, id, photos, filedAt),
    ],
  };
}

/** The writes that add a case with past events. They queue no notifications and no photo downloads. */
export function addHistory(store: Store, events: readonly CaseEvent[], reporter: Urn, now: number): readonly Write[] {
  const { keys } = store;
  // The first event holds the report; the whole log is replayed once, in historyWrites.
  const { id, number, filedAt } = replay(events.slice(0, 1));
  return [
    ['SET', keys.caseNumber(number), id],
    ...historyWrites(store, events, events.length, now),
    ['ZADD', keys.caseFollowers(id), filedAt, reporter],
    ['ZADD', keys.personCases(reporter), filedAt, id],
  ];
}

/** The writes for the record, event log and indexes of a case that has none yet. */
export function historyWrites(
  { keys }: Store,
  events: readonly CaseEvent[],
  version: number,
  now: number,
): readonly Write[] {
  const record = replay(events);
  return [
    ['HSET', keys.case(record.id), ...recordFields(version, record)],
    ...events.map((event) => appendEvent(keys, record.id, event)),
    ...reindex(keys, undefined, record, now),
  ];
}

/** The change that appends one event; it fails if the case has changed since it was loaded. */
export function changeCase(store: Store, kept: Kept<HazardCase>, event: CaseEvent): Change {
  const { keys } = store;
  const { id } = kept.record;
  const record = applyEvent(kept.record, event);
  return {
    checks: [versionCheck(keys, kept)],
    writes: [
      ['HSET', keys.case(id), ...recordFields(kept.version + 1, record)],
      appendEvent(keys, id, event),
      ...reindex(keys, kept.record, record, event.at),
      ['ZADD', keys.casesNews, event.at, newsEntry(record)],
      ...queuePhotoFetches(keys, id, event.photos ?? [], event.at),
    ],
  };
}

/** The change that deletes a case, its indexes, its follower entries and its photos. */
export function removeCase(store: Store, kept: Kept<HazardCase>, now: number, followers: readonly Urn[] = []): Change {
  const { keys } = store;
  const { id, number } = kept.record;
  return {
    checks: [versionCheck(keys, kept)],
    writes: [
      ['DEL', keys.case(id)],
      ['DEL', keys.caseEvents(id)],
      ['DEL', keys.caseFollowers(id)],
      ['DEL', keys.caseNumber(number)],
      ...reindex(keys, kept.record, undefined, now),
      ...followers.flatMap((urn) => [
        ['ZREM', keys.personCases(urn), id] as const,
        ['ZREM', keys.personFollows(urn), id] as const,
      ]),
      ...queuePhotoDeletions(keys, id, photosOf(kept.record), now),
    ],
  };
}

/**
 * The change that redacts a case and rewrites its event log. No other change alters events that are already stored;
 * redacted content must not survive in them. `event` records who redacted the case; absent for retention.
 */
export function redactCase(
  store: Store,
  kept: Kept<HazardCase>,
  change: {
    readonly events: readonly CaseEvent[];
    readonly redaction: Redaction;
    readonly now: number;
    readonly event?: CaseEvent;
  },
): Change {
  const { keys } = store;
  const { id } = kept.record;
  const { redaction, now, event } = change;
  const events = [...change.events.map((one) => redactEvent(one, redaction)), ...(event ? [event] : [])];
  const record = replay(events);
  const gone = photosOf(kept.record).filter(({ same }) => !photosOf(record).some((photo) => photo.same === same));
  return {
    checks: [versionCheck(keys, kept)],
    writes: [
      ['HSET', keys.case(id), ...recordFields(kept.version + 1, record)],
      ['DEL', keys.caseEvents(id)],
      ...events.map((one) => appendEvent(keys, id, one)),
      ...reindex(keys, kept.record, record, now),
      ...queuePhotoDeletions(keys, id, gone, now),
    ],
  };
}

/** The check that a case has not changed since it was loaded. */
export function versionCheck(keys: Keys, { version, record }: Kept<HazardCase>): Check {
  return { key: keys.case(record.id), field: 'version', is: String(version) };
}

function appendEvent(keys: Keys, id: CaseId, event: CaseEvent): Write {
  return ['XADD', keys.caseEvents(id), '*', 'event', JSON.stringify(event)];
}

/** Queue entry of the event that produced this record: case id and event count. */
function newsEntry({ id, events }: HazardCase): string {
  return `${id} ${events}`;
}

/** Queues the photos of a case or a visit. Each keeps its own copy: deleting one leaves the photos of others. */
export function queuePhotoFetches(keys: Keys, id: string, photos: readonly Media[], now: number): readonly Write[] {
  return photos
    .filter(({ file, same }) => file !== storedFile(photoName(id, same)))
    .map(({ file, same }) => ['ZADD', keys.photosWanted, now, `${id} ${same} ${file}`]);
}

/** Queues the deletion of photos of a case or a visit, and takes back downloads that still wait. */
export function queuePhotoDeletions(keys: Keys, id: string, photos: readonly Media[], now: number): readonly Write[] {
  return photos.flatMap(({ file, same }) => [
    ['ZREM', keys.photosWanted, `${id} ${same} ${file}`] as const,
    ['ZADD', keys.photosUnwanted, now, `${id} ${same}`] as const,
  ]);
}
