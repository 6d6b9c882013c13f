import { parseChecked } from '../store/records/checksum.ts';
import type { Damage, DamageFinder } from '../store/records/damage.ts';
import { ASIDE_CURE, movedAside, repairedBy } from '../store/records/damage.ts';
import { inParts, listedMembers, scanKeys } from '../store/records/invariants.ts';
import { recordFields } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import { geoIndexOf, indexesOf, reindex } from './case-indexes.ts';
import type { HazardCase } from './hazard-case.ts';
import { replay } from './replay.ts';

/** Lists the keys of all case records; keys of a case's lists have longer names. */
export async function caseKeys(store: Store): Promise<readonly string[]> {
  const [prefix, keys] = [store.keys.case(''), await scanKeys(store, store.keys.case('case_*'))];
  return keys.filter((key) => !key.slice(prefix.length).includes(':'));
}

/** Lists every sorted set that indexes cases. */
export async function caseLists(store: Store): Promise<readonly string[]> {
  const { keys } = store;
  const noIndexes: readonly string[] = [keys.casesNews, keys.casesDigest];
  return (await scanKeys(store, keys.casesIn('*').replace('in:*', '*'))).filter((key) => !noIndexes.includes(key));
}

/** Finds damaged cases, and list entries whose case does not exist. A case is computed again from its events. */
export const damagedCases: DamageFinder = async (store) => {
  const lists = await caseLists(store);
  const damages = await inParts(await caseKeys(store), (key) => damageOf(store, key, lists));
  const found = damages.filter((damage) => damage !== undefined);
  for await (const { list, member: id, read } of listedMembers(store, lists, (id) => ['exists', store.keys.case(id)])) {
    if (read === 1) continue;
    const fault = `lists ${id}, but the case does not exist`;
    found.push({ key: list, fault, cure: 'remove the entry', repair: repairedBy(store, list, [['ZREM', list, id]]) });
  }
  return found;
};

async function damageOf(store: Store, key: string, lists: readonly string[]): Promise<Damage | undefined> {
  const type = await orStoreAway(store.redis.type(key));
  if (type === 'none') return undefined;
  const [text, sum, version] =
    type === 'hash' ? await orStoreAway(store.redis.hmget(key, 'record', 'sum', 'version')) : [];
  if (text && sum && parseChecked(text, sum) !== undefined && /^\d+$/.test(version ?? '')) return undefined;
  const fault = type === 'hash' ? 'the record does not match its checksum' : `is a ${type} in place of a case's hash`;
  const events = await loadIntactEvents(store, key.slice(store.keys.case('').length));
  if (events.length === 0) return { key, fault, cure: ASIDE_CURE, repair: movedAside(store, key) };
  const rebuild = rebuiltFrom(store, key, { events, lists, version: Number(version) || 0 });
  const repair = type === 'hash' ? rebuild : (now: number) => movedAside(store, key)(now).then(() => rebuild(now));
  return { key, fault, cure: 'compute the record again from its events', repair };
}

/** The events of a case; none if one of them is damaged. */
async function loadIntactEvents({ redis, keys }: Store, id: string): Promise<readonly CaseEvent[]> {
  const entries = await orStoreAway(redis.xrange(keys.caseEvents(id), '-', '+')).catch(() => []);
  const events = entries.map(([, fields]) => parseChecked<CaseEvent>(fields[1] ?? '', ''));
  return events.every((event) => event !== undefined) ? events : [];
}

type Sources = {
  readonly events: readonly CaseEvent[];
  readonly lists: readonly string[];
  /** Version of the damaged record; the repaired one has a higher version. */
  readonly version: number;
};

function rebuiltFrom(store: Store, key: string, { events, lists, version }: Sources): (now: number) => Promise<void> {
  const record = replay(events);
  return (now) =>
    repairedBy(store, key, [
      ['HSET', key, ...recordFields(Math.max(events.length, version) + 1, record)],
      ...staleLists(store, record, lists).map((list) => ['ZREM', list, record.id] as const),
      ...reindex(store.keys, undefined, record, now),
    ])(now);
}

function staleLists({ keys }: Store, record: HazardCase, lists: readonly string[]): readonly string[] {
  const right = new Set([...indexesOf(keys, record, 0).keys(), geoIndexOf(keys, record)]);
  return lists.filter((list) => !right.has(list));
}
