import { dayOf } from '../../calendar.ts';

import type { Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import type { Letter, LetterId } from './letter.ts';
import { isOpenLetter } from './letter.ts';

/** Letters that lists and pages show, the newest first. */
const LISTED_MAX = 300;
/** Letters to one addressee in a calendar month. */
export const A_MONTH_MAX = 2;

/** Makes a random letter id. */
export function newLetterId(): LetterId {
  return `letter_${shortId()}`;
}

/** Loads a letter; undefined for a malformed or unknown id. */
export async function loadLetter(store: Store, id: string): Promise<Kept<Letter> | undefined> {
  if (!/^letter_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Letter>(store, [store.keys.letter(id)]))[0];
}

/** Loads the newest letters, newest first, as many as a list shows. */
export async function loadLetters(store: Store): Promise<readonly Kept<Letter>[]> {
  const ids = await orStoreAway(store.redis.zrevrange(store.keys.letters, 0, LISTED_MAX - 1));
  return loadRecords<Letter>(store, ids.map(store.keys.letter));
}

/** Loads all letters that are kept, for counts: a large city has more of them than a list shows. */
export async function loadAllLetters(store: Store): Promise<readonly Letter[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.letters, '0', '-1'));
  return (await loadRecords<Letter>(store, ids.map(store.keys.letter))).map(({ record }) => record);
}

/** Returns the number of letters that were agreed to an addressee in the month of a time. */
export function countAgreed({ redis, keys }: Store, to: string, now: number): Promise<number> {
  return orStoreAway(redis.zcard(keys.lettersAgreed(to, monthOf(now))));
}

/**
 * Writes a state of a letter and its indexes. A draft needs that no letter of its matter is open; an agreement needs that
 * the addressee has fewer letters this month than allowed.
 */
export function keepLetter({ keys }: Store, record: Letter, before?: Kept<Letter>): Change {
  const { id, to, matter, draftedAt, agreedAt } = record;
  const { checks, writes } = keepRecord(keys.letter(id), record, before);
  const open = keys.letterOpen(to, matter);
  const isAgreed = record.state === 'agreed' && before?.record.state === 'drafted' && agreedAt !== undefined;
  const agreed = keys.lettersAgreed(to, agreedMonth(record));
  const isTakenBack = record.ending === 'withdrawn' && before?.record.state === 'agreed';
  return {
    checks: [
      ...checks,
      ...(before ? [] : [{ absent: open }]),
      ...(isAgreed ? [{ key: agreed, below: A_MONTH_MAX }] : []),
    ],
    writes: [
      ...writes,
      ...(before ? [] : [['ZADD', keys.letters, draftedAt, id] as const]),
      ...(isAgreed ? [['ZADD', agreed, agreedAt, id] as const] : []),
      ...(isTakenBack ? [['ZREM', agreed, id] as const] : []),
      ...openWrite(record, open, before),
    ],
  };
}

function openWrite(record: Letter, open: string, before: Kept<Letter> | undefined): readonly Write[] {
  if (isOpenLetter(record)) return before ? [] : [['SET', open, record.id]];
  return before && isOpenLetter(before.record) ? [['DEL', open]] : [];
}

/** What the letter job does: tells of an act, or looks at a clock. */
export type LetterEvent =
  | 'drafted'
  | 'agreed'
  | 'contested'
  | 'settled'
  | 'answered'
  | 'closed'
  | 'stepped'
  | 'reply_due'
  | 'measured';

/** Queues an event of a letter for a time (ms since the epoch). */
export function queueLetter({ keys }: Store, event: LetterEvent, id: LetterId, at: number): Write {
  return ['ZADD', keys.lettersNews, at, `${event} ${id}`];
}

/** The month (2026-10) in which a letter counts for its addressee. */
export function agreedMonth({ agreedAt, draftedAt }: Pick<Letter, 'agreedAt' | 'draftedAt'>): string {
  return monthOf(agreedAt ?? draftedAt);
}

function monthOf(at: number): string {
  return dayOf(at).slice(0, 7);
}
