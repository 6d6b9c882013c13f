import type { Invariants } from '../store/invariants.ts';
import { keysLike } from '../store/invariants.ts';
import { asking } from '../store/store.ts';
import type { HazardCase } from './hazard-case.ts';
import { CASE_STATES } from './hazard-case.ts';

/** I3: every case stands in its state's list, under its number and with its events, and in no other list. */
export const casesHold: Invariants = async (store) => {
  const { redis, keys } = store;
  const wrong: string[] = [];
  const ids = new Set<string>();
  for (const key of await keysLike(store, keys.case('case_*'))) {
    if ((await asking(redis.type(key))) !== 'hash') continue;
    const record = JSON.parse((await asking(redis.hget(key, 'record'))) ?? '{}') as HazardCase; // written by addCase
    const { id, number, state } = record;
    ids.add(id);
    if ((await asking(redis.get(keys.caseNumber(number)))) !== id) wrong.push(`${key}: its number leads elsewhere`);
    for (const listed of CASE_STATES) {
      const inside = (await asking(redis.zscore(keys.casesIn(listed), id))) !== null;
      if (inside !== (listed === state))
        wrong.push(`${key}: is ${state}, but ${inside ? '' : 'not '}listed as ${listed}`);
    }
    const [last] = await asking(redis.xrevrange(keys.caseEvents(id), '+', '-', 'COUNT', 1));
    if (last?.[1][1] !== state) wrong.push(`${key}: its last event is not ${state}`);
  }
  for (const listed of CASE_STATES) {
    for (const id of await asking(redis.zrange(keys.casesIn(listed), '0', '-1'))) {
      if (!ids.has(id)) wrong.push(`${id}: listed as ${listed}, but there is no such case`);
    }
  }
  for (const key of await keysLike(store, keys.caseNumber('*'))) {
    const id = (await asking(redis.get(key))) ?? '';
    if (!ids.has(id)) wrong.push(`${key}: leads to no case`);
  }
  return wrong;
};
