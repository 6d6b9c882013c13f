import { createHash } from 'node:crypto';
import type { Urn } from '../channels/channel.ts';
import type { Media } from '../engine/input.ts';
import type { Words } from '../engine/steps/text.ts';
import type { Check, Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import type { CaseId, CaseState, HazardCase } from './hazard-case.ts';
import { retain } from './retain.ts';

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
  const ids = await asking(redis.zrevrange(keys.personCases(person), 0, max - 1));
  const kept = await asking(Promise.all(ids.map((id) => redis.hmget(keys.case(id), 'version', 'record'))));
  return kept.flatMap((fields) => readCase(fields) ?? []);
}

/** A case as its hash keeps it; the sum finds what a failing disk has changed. */
export function recordFields(version: number, record: HazardCase): readonly string[] {
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

/** The writes that add a new case with all its indexes. The number must still be free. */
export function addCase(store: Store, made: HazardCase, reporter: Urn): CaseChange {
  const { keys } = store;
  const { id, number, state, filedAt, place, photos } = made;
  return {
    checks: [{ absent: keys.caseNumber(number) }],
    writes: [
      ['SET', keys.caseNumber(number), id],
      ['HSET', keys.case(id), ...recordFields(1, made)],
      ['XADD', keys.caseEvents(id), '*', 'type', 'submitted', 'at', String(filedAt)],
      ['ZADD', keys.casesIn(state), filedAt, id],
      ['ZADD', keys.casesDue, dueOf(made, filedAt), id],
      ['ZADD', keys.caseFollowers(id), filedAt, reporter],
      ['ZADD', keys.personCases(reporter), filedAt, id],
      // Somebody who knows the city finds out where this is.
      ...(place.region ? [] : [['ZADD', keys.casesNowhere, filedAt, id] as const]),
      ...wantPhotos(store, id, photos, filedAt),
    ],
  };
}

/** The writes that bring a case into another state. Nobody else may have changed it since it was loaded. */
export function moveCase({ keys }: Store, kept: KeptCase, state: CaseState, now: number): CaseChange {
  const { id } = kept.record;
  const record: HazardCase = { ...kept.record, state, ...(state === 'submitted' ? {} : { closedAt: now }) };
  return {
    checks: [unchanged(keys.case(id), kept)],
    writes: [
      ['HSET', keys.case(id), ...recordFields(kept.version + 1, record)],
      ['XADD', keys.caseEvents(id), '*', 'type', state, 'at', String(now)],
      ['ZREM', keys.casesIn(kept.record.state), id],
      ['ZADD', keys.casesIn(state), now, id],
      ['ZADD', keys.casesDue, dueOf(record, now), id],
      ['ZREM', keys.casesNowhere, id],
    ],
  };
}

/** The newest of what was added in words. */
const ADDITIONS_MAX = 10;

/** What a person adds to a case later. */
export type Addition = { readonly words?: Words; readonly photos: readonly Media[] };

/** The writes that add photos and words to a case that this person filed. */
export function addToCase(store: Store, kept: KeptCase, { words, photos }: Addition, now: number): CaseChange {
  const { keys } = store;
  const { id } = kept.record;
  const { additions = [] } = kept.record;
  const record: HazardCase = {
    ...kept.record,
    photos: [...kept.record.photos, ...photos],
    ...(words ? { additions: [...additions, words].slice(-ADDITIONS_MAX) } : {}),
  };
  return {
    checks: [unchanged(keys.case(id), kept)],
    writes: [
      ['HSET', keys.case(id), ...recordFields(kept.version + 1, record)],
      [
        'XADD',
        keys.caseEvents(id),
        '*',
        'type',
        'added',
        'at',
        String(now),
        'words',
        JSON.stringify(words ?? null),
        'photos',
        String(photos.length),
      ],
      ...wantPhotos(store, id, photos, now),
    ],
  };
}

/** The writes that take a case and all that leads to it away. */
export function removeCase(store: Store, { version, record }: KeptCase, now: number): CaseChange {
  const { keys } = store;
  const { id, number, state, photos } = record;
  return {
    checks: [unchanged(keys.case(id), { version })],
    writes: [
      ['DEL', keys.case(id)],
      ['DEL', keys.caseEvents(id)],
      ['DEL', keys.caseFollowers(id)],
      ['DEL', keys.caseNumber(number)],
      ['ZREM', keys.casesIn(state), id],
      ['ZREM', keys.casesDue, id],
      ['ZREM', keys.casesNowhere, id],
      ...dropPhotos(store, id, photos, now),
    ],
  };
}

/** The writes that keep less of a case than before. */
export function lessenCase(store: Store, kept: KeptCase, record: HazardCase, next: number, now: number): CaseChange {
  const { keys } = store;
  const gone = kept.record.photos.filter(({ same }) => !record.photos.some((left) => left.same === same));
  return {
    checks: [unchanged(keys.case(record.id), kept)],
    writes: [
      ['HSET', keys.case(record.id), ...recordFields(kept.version + 1, record)],
      ['ZADD', keys.casesDue, next, record.id],
      ...dropPhotos(store, record.id, gone, now),
    ],
  };
}

/** When time changes something about a case. */
function dueOf(record: HazardCase, now: number): number {
  const retained = retain(record, now);
  return retained.type === 'over' ? now : retained.next;
}

function unchanged(key: string, { version }: Pick<KeptCase, 'version'>): Check {
  return { key, field: 'version', is: String(version) };
}

/** Each case has its own copy of a photo, so that one case's end takes nothing from another. */
function wantPhotos({ keys }: Store, id: CaseId, photos: readonly Media[], now: number): readonly Write[] {
  return photos.map(({ file, same }) => ['ZADD', keys.photosWanted, now, `${id} ${same} ${file}`]);
}

function dropPhotos({ keys }: Store, id: CaseId, photos: readonly Media[], now: number): readonly Write[] {
  return photos.flatMap(({ file, same }) => [
    ['ZREM', keys.photosWanted, `${id} ${same} ${file}`] as const,
    ['ZADD', keys.photosUnwanted, now, `${id} ${same}`] as const,
  ]);
}
