import { lineOf } from '../store/damage.ts';
import type { InvariantCheck } from '../store/invariants.ts';
import { readAtomically, scanKeys } from '../store/invariants.ts';
import { orStoreAway } from '../store/store.ts';
import { caseKeys, caseLists, damagedCases } from './case-damage.ts';
import type { CaseEvent } from './case-event.ts';
import { geoIndexOf, indexesOf } from './case-indexes.ts';
import type { HazardCase } from './hazard-case.ts';
import { replay } from './replay.ts';

/** I3: each record equals its replayed events; its case number and its indexes match it exactly. */
export const casesHold: InvariantCheck = async (store) => {
  const { redis, keys } = store;
  const damaged = await damagedCases(store);
  const unreadable = new Set(damaged.map(({ key }) => key));
  const wrong = damaged.map(lineOf);
  const ids = new Set<string>();
  // Read indexes and numbers first: a case filed meanwhile then has its record as well.
  const lists = await caseLists(store);
  const numbers = await scanKeys(store, keys.caseNumber('*'));
  for (const key of await caseKeys(store)) {
    const id = key.slice(keys.case('').length);
    ids.add(id);
    if (unreadable.has(key)) continue;
    const [text, entries] = (await readAtomically(store, [
      ['hget', key, 'record'],
      ['xrange', keys.caseEvents(id), '-', '+'],
    ])) as [string | null, [string, string[]][]];
    const record = JSON.parse(text ?? '{}') as HazardCase; // written by addCase
    const events = entries.map(([, fields]) => JSON.parse(fields[1] ?? '{}') as CaseEvent); // written by changeCase
    if (JSON.stringify(withSortedKeys(replay(events))) !== JSON.stringify(withSortedKeys(record)))
      wrong.push(`${key}: the record differs from its replayed events`);
    if ((await orStoreAway(redis.get(keys.caseNumber(record.number)))) !== id)
      wrong.push(`${key}: its case number points to another case`);
    const expected = new Set(indexesOf(keys, record, 0).keys());
    const geoIndex = geoIndexOf(keys, record);
    if (geoIndex) expected.add(geoIndex);
    const all = [...new Set([...lists, ...expected])];
    const scores = await readAtomically(
      store,
      all.map((list) => ['zscore', list, id]),
    );
    all.forEach((list, i) => {
      const inside = scores[i] !== null;
      if (inside !== expected.has(list))
        wrong.push(`${key}: is ${record.state}, but ${inside ? '' : 'not '}in ${list}`);
    });
  }
  for (const key of numbers) {
    const id = (await orStoreAway(redis.get(key))) ?? '';
    if (!ids.has(id)) wrong.push(`${key}: the number points to no case`);
  }
  return wrong;
};

/** Sorts object keys, so that equal content compares equal. */
function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([name, one]) => [name, withSortedKeys(one)]));
}
