import type { Keys } from '../store/keys.ts';
import { lineOf } from '../store/records/damage.ts';
import type { InvariantCheck } from '../store/records/invariants.ts';
import { inParts, listedMembers, readAtomically, scanKeys } from '../store/records/invariants.ts';
import type { Store } from '../store/store.ts';
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
  // Read indexes and numbers first: a case filed meanwhile then has its record as well.
  const lists = await caseLists(store);
  const numbers = await scanKeys(store, keys.caseNumber('*'));
  const all = await caseKeys(store);
  const sound = all.filter((key) => !unreadable.has(key));
  const wrong = [...damaged.map(lineOf), ...(await inParts(sound, (key) => faultsOf(store, key))).flat()];
  const recordOf = (id: string) => {
    const key = keys.case(id);
    return unreadable.has(key) ? ['exists', key] : ['hget', key, 'record'];
  };
  for await (const { list, member: id, read } of listedMembers(store, lists, recordOf)) {
    if (typeof read !== 'string') continue;
    const record = JSON.parse(read) as HazardCase; // written by addCase
    if (!listsOf(keys, record).has(list)) wrong.push(`${keys.case(id)}: is ${record.state}, but in ${list}`);
  }
  const known = new Set(all);
  const numbered = await inParts(numbers, (key) => orStoreAway(redis.get(key)));
  const stray = numbers.filter((_, i) => !known.has(keys.case(numbered[i] ?? '')));
  return [...wrong, ...stray.map((key) => `${key}: the number points to no case`)];
};

/** The faults of one case: its record against its events, its number, and the lists that must hold it. */
async function faultsOf(store: Store, key: string): Promise<readonly string[]> {
  const { redis, keys } = store;
  const id = key.slice(keys.case('').length);
  const [text, entries] = (await readAtomically(store, [
    ['hget', key, 'record'],
    ['xrange', keys.caseEvents(id), '-', '+'],
  ])) as [string | null, [string, string[]][]];
  const record = JSON.parse(text ?? '{}') as HazardCase; // written by addCase
  const events = entries.map(([, fields]) => JSON.parse(fields[1] ?? '{}') as CaseEvent); // written by changeCase
  const wrong: string[] = [];
  if (JSON.stringify(withSortedKeys(replay(events))) !== JSON.stringify(withSortedKeys(record)))
    wrong.push(`${key}: the record differs from its replayed events`);
  if ((await orStoreAway(redis.get(keys.caseNumber(record.number)))) !== id)
    wrong.push(`${key}: its case number points to another case`);
  const expected = [...listsOf(keys, record)];
  const [sameText, ...scores] = await readAtomically(store, [
    ['hget', key, 'record'],
    ...expected.map((list) => ['zscore', list, id]),
  ]);
  // A case that changed meanwhile has moved to other lists.
  if (sameText !== text) return wrong;
  const missing = expected.filter((_, i) => scores[i] === null);
  return [...wrong, ...missing.map((list) => `${key}: is ${record.state}, but not in ${list}`)];
}

/** Every list and geo index that must hold this case. */
function listsOf(keys: Keys, record: HazardCase): ReadonlySet<string> {
  const geoIndex = geoIndexOf(keys, record);
  return new Set([...indexesOf(keys, record, 0).keys(), ...(geoIndex ? [geoIndex] : [])]);
}

/** Sorts object keys, so that equal content compares equal. */
function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([name, one]) => [name, withSortedKeys(one)]));
}
