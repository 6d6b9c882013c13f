import type { Invariants } from '../store/invariants.ts';
import { atOnce, keysLike } from '../store/invariants.ts';
import { asking } from '../store/store.ts';
import { sumOf } from './case-store.ts';
import type { HazardCase } from './hazard-case.ts';
import { CASE_STATES } from './hazard-case.ts';

/** I3: every case stands in its state's list, under its number and with its events, and in no other list. */
export const casesHold: Invariants = async (store) => {
  const { redis, keys } = store;
  const wrong: string[] = [];
  const ids = new Set<string>();
  // What leads to a case is read before the cases: one that is filed meanwhile is then seen with both.
  const listed = await Promise.all(CASE_STATES.map((state) => asking(redis.zrange(keys.casesIn(state), '0', '-1'))));
  const numbers = await keysLike(store, keys.caseNumber('*'));
  for (const key of await keysLike(store, keys.case('case_*'))) {
    if ((await asking(redis.type(key))) !== 'hash') continue;
    const id = key.slice(keys.case('').length);
    const [text, sum, events, due, nowhere, ...scores] = (await atOnce(store, [
      ['hget', key, 'record'],
      ['hget', key, 'sum'],
      ['xrevrange', keys.caseEvents(id), '+', '-'],
      ['zscore', keys.casesDue, id],
      ['zscore', keys.casesNowhere, id],
      ...CASE_STATES.map((state) => ['zscore', keys.casesIn(state), id]),
    ])) as [string | null, string | null, [string, string[]][], string | null, string | null, ...(string | null)[]];
    if (sumOf(text ?? '') !== sum) {
      wrong.push(`${key}: its record is not what was written`);
      ids.add(id);
      continue;
    }
    const { number, state, place } = JSON.parse(text ?? '{}') as HazardCase; // written by addCase
    ids.add(id);
    if ((await asking(redis.get(keys.caseNumber(number)))) !== id) wrong.push(`${key}: its number leads elsewhere`);
    CASE_STATES.forEach((list, i) => {
      const inside = scores[i] !== null;
      if (inside !== (list === state)) wrong.push(`${key}: is ${state}, but ${inside ? '' : 'not '}listed as ${list}`);
    });
    const moved = events.find(([, [, type = '']]) => (CASE_STATES as readonly string[]).includes(type));
    if (moved?.[1][1] !== state) wrong.push(`${key}: its last move is not to ${state}`);
    if (due === null) wrong.push(`${key}: time does nothing to it`);
    const lost = state === 'submitted' && place.region === undefined;
    if (lost !== (nowhere !== null)) wrong.push(`${key}: ${lost ? 'not ' : ''}among those whose place is unknown`);
  }
  CASE_STATES.forEach((list, i) => {
    for (const id of listed[i] ?? []) {
      if (!ids.has(id)) wrong.push(`${id}: listed as ${list}, but there is no such case`);
    }
  });
  for (const key of numbers) {
    const id = (await asking(redis.get(key))) ?? '';
    if (!ids.has(id)) wrong.push(`${key}: leads to no case`);
  }
  return wrong;
};
