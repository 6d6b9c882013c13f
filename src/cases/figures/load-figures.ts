import type { Urn } from '../../channels/channel.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadEvents } from '../case-store.ts';
import { casesFiled } from '../filed-cases.ts';
import type { HazardCase } from '../hazard-case.ts';
import type { CaseWithEvents, Figure } from './figures.ts';
import { figuresOf } from './figures.ts';

/** Cases that are judged together: their logs are replayed in one go. */
const BATCH = 50;

/** Computes the figures of the cases filed between two times (ms since the epoch) that `counts` accepts. */
export async function loadFigures(
  store: Store,
  from: number,
  to: number,
  now: number,
  counts: (record: HazardCase) => boolean = () => true,
): Promise<readonly Figure[]> {
  const all: Figure[][] = [];
  for await (const some of figuresInParts(store, from, to, now, counts)) all.push([...some]);
  return figuresOf([], now).map(({ name }, i) => ({
    name,
    denominator: all.flatMap((figures) => figures[i]?.denominator ?? []),
    numerator: all.flatMap((figures) => figures[i]?.numerator ?? []),
  }));
}

/** The same figures in parts, each of a few cases. The cases themselves do not stay in memory. */
export async function* figuresInParts(
  store: Store,
  from: number,
  to: number,
  now: number,
  counts: (record: HazardCase) => boolean,
): AsyncGenerator<readonly Figure[]> {
  for await (const some of casesFiled(store, from, to, BATCH)) {
    const found = some.filter(({ record }) => counts(record));
    yield figuresOf(await Promise.all(found.map(({ record }) => loadWithEvents(store, record))), now);
  }
}

/** Loads the events of a case, and whether its reporter can be asked. */
export async function loadWithEvents(store: Store, record: HazardCase): Promise<CaseWithEvents> {
  const [events, reachable] = await Promise.all([loadEvents(store, record.id), isReachable(store, record.id)]);
  return { record, events, reachable };
}

/** Returns true if the reporter of a case can be asked: neither an application nor a person who has left. */
export async function isReachable(store: Store, id: string): Promise<boolean> {
  const { redis, keys } = store;
  const followers = (await orStoreAway(redis.zrange(keys.caseFollowers(id), '0', '-1'))) as Urn[]; // written by commits
  const filed = await orStoreAway(Promise.all(followers.map((urn) => redis.zscore(keys.personCases(urn), id))));
  const contacts = await loadContacts(
    store,
    followers.filter((_, i) => filed[i] !== null),
  );
  return contacts.some(({ contact, gone }) => contact !== undefined && !gone);
}
