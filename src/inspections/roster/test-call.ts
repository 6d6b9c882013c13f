import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Shift } from './shift.ts';

/** Time in which a test call has to be answered. */
export const ANSWER_WITHIN_MS = 60_000;

/** The test call of one place in one week, until its answer. The result is kept by place, never by person. */
export type TestCall = {
  /** Its Monday, 2026-11-23. */
  readonly week: string;
  readonly shift: string;
  readonly at: number; // ms since the epoch
  readonly sentAt?: number; // ms since the epoch
  readonly done?: true;
};

/** Draws the moment of a call: one shift of the rest of the week, and one minute in it. Each minute is as likely. */
export function drawCall(
  shifts: readonly Shift[],
  now: number,
  week: string,
  random: (below: number) => number,
): TestCall | undefined {
  const spans = shifts
    .map((shift) => ({ shift, from: Math.max(shift.from, now), until: shift.until - ANSWER_WITHIN_MS }))
    .filter(({ from, until }) => until > from);
  const total = spans.reduce((sum, { from, until }) => sum + until - from, 0);
  if (total <= 0) return undefined;
  let left = random(Math.floor(total));
  for (const { shift, from, until } of spans) {
    if (left < until - from) return { week, shift: shift.id, at: from + left };
    left -= until - from;
  }
  return undefined;
}

/** True if a tap at this time answers the call. */
export function isAnswered({ sentAt }: TestCall, at: number): boolean {
  return sentAt !== undefined && at - sentAt <= ANSWER_WITHIN_MS;
}

/** Loads the present calls by place. */
export async function loadCalls({ redis, keys }: Store): Promise<ReadonlyMap<string, TestCall>> {
  const found = await orStoreAway(redis.hgetall(keys.rosterCalls));
  return new Map(Object.entries(found).map(([place, text]) => [place, JSON.parse(text) as TestCall])); // written below
}

/** Writes the present call of a place. */
export function keepCall({ keys }: Store, place: string, call: TestCall): Write {
  return ['HSET', keys.rosterCalls, place, JSON.stringify(call)];
}

/** Ends a call with its result; a later tap changes nothing. */
export function endCall(store: Store, place: string, call: TestCall, isYes: boolean): readonly Write[] {
  return [
    keepCall(store, place, { ...call, done: true }),
    ['HSET', store.keys.rosterResults(place), call.week, isYes ? 'yes' : 'no'],
  ];
}

/** Loads the results of a place by week, newest first. */
export async function loadResults({ redis, keys }: Store, place: string) {
  const found = await orStoreAway(redis.hgetall(keys.rosterResults(place)));
  return Object.entries(found)
    .map(([week, result]) => ({ week, answered: result === 'yes' }))
    .toSorted((a, b) => (a.week < b.week ? 1 : -1));
}
