import type { InvariantCheck } from '../store/invariants.ts';
import { atOnce, keysLike } from '../store/invariants.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import { replay } from './case-event.ts';
import { listsOf, mapOf, sumOf } from './case-store.ts';
import type { HazardCase } from './hazard-case.ts';

/** I3: every case is what its events have made of it, stands under its number and in exactly the lists that follow from it. */
export const casesHold: InvariantCheck = async (store) => {
  const { redis, keys } = store;
  const wrong: string[] = [];
  const ids = new Set<string>();
  // What leads to a case is read before the cases: one that is filed meanwhile is then seen with both.
  const lists = (await keysLike(store, keys.casesIn('*').replace('in:*', '*'))).filter((key) => key !== keys.casesNews);
  const listed = await Promise.all(lists.map((list) => orStoreAway(redis.zrange(list, '0', '-1'))));
  const numbers = await keysLike(store, keys.caseNumber('*'));
  for (const key of await keysLike(store, keys.case('case_*'))) {
    if ((await orStoreAway(redis.type(key))) !== 'hash') continue;
    const id = key.slice(keys.case('').length);
    ids.add(id);
    const [text, sum, entries] = (await atOnce(store, [
      ['hget', key, 'record'],
      ['hget', key, 'sum'],
      ['xrange', keys.caseEvents(id), '-', '+'],
    ])) as [string | null, string | null, [string, string[]][]];
    if (sumOf(text ?? '') !== sum) {
      wrong.push(`${key}: its record is not what was written`);
      continue;
    }
    const record = JSON.parse(text ?? '{}') as HazardCase; // written by addCase
    const events = entries.map(([, fields]) => JSON.parse(fields[1] ?? '{}') as CaseEvent); // written by changeCase
    if (JSON.stringify(sorted(replay(events))) !== JSON.stringify(sorted(record)))
      wrong.push(`${key}: its events make something else of it`);
    if ((await orStoreAway(redis.get(keys.caseNumber(record.number)))) !== id)
      wrong.push(`${key}: its number leads elsewhere`);
    const should = new Set(listsOf(keys, record, 0).keys());
    const map = mapOf(keys, record);
    if (map) should.add(map);
    const all = [...new Set([...lists, ...should])];
    const scores = await atOnce(
      store,
      all.map((list) => ['zscore', list, id]),
    );
    all.forEach((list, i) => {
      const inside = scores[i] !== null;
      if (inside !== should.has(list)) wrong.push(`${key}: is ${record.state}, but ${inside ? '' : 'not '}in ${list}`);
    });
  }
  lists.forEach((list, i) => {
    for (const id of listed[i] ?? []) {
      if (!ids.has(id)) wrong.push(`${id}: in ${list}, but there is no such case`);
    }
  });
  for (const key of numbers) {
    const id = (await orStoreAway(redis.get(key))) ?? '';
    if (!ids.has(id)) wrong.push(`${key}: leads to no case`);
  }
  return wrong;
};

/** The same content in the same order of names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([name, one]) => [name, sorted(one)]));
}
