import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { CaseEvent } from '../case-event.ts';
import { actorsOn, listsFor } from '../case-permissions.ts';
import type { KeptCase } from '../case-store.ts';
import { loadCase, loadCases, loadEvents } from '../case-store.ts';
import { loadMoved, loadMoving } from '../merge-cases.ts';
import type { Near } from '../report/nearby.ts';
import { findNearby } from '../report/nearby.ts';

/** What an organiser's work needs from the store. */
export type LoadedWork = {
  readonly me: string;
  readonly work: readonly KeptCase[];
  /** The number of a case that was asked for and is not this organiser's. */
  readonly others: string | undefined;
  readonly events: readonly CaseEvent[];
  readonly near: readonly Near[];
  /** Who would move with the case, by the case into which it might go, and who has. */
  readonly moving: ReadonlyMap<string, readonly Urn[]>;
  readonly moved: readonly Urn[];
};
export type WorkFacts = City & LoadedWork & { readonly grants: readonly Grant[] };
/** Where an organiser stands: which case, and what is to be done with it. */
export type WorkAnswers = { readonly case?: string | null; readonly next?: string | null };
export type WorkContext = { readonly facts: WorkFacts; readonly answers: WorkAnswers; readonly now: number };

/** So many cases stand in the list; those that press most. */
const LISTED_MAX = 10;

/** The case that an organiser has chosen. */
export function chosenCase({ facts: { work }, answers }: Pick<WorkContext, 'facts' | 'answers'>): KeptCase | undefined {
  return work.find(({ record }) => record.number === answers.case);
}

/** The list of work, the case that was chosen with what happened to it, and what a merge would need. */
export async function loadMyWork({ store, city, person, position }: LoadContext): Promise<LoadedWork> {
  const grants = person.contact?.grants ?? [];
  const { answers } = position;
  const me = store.pseudonym(person.urn);
  const [asked, found] = await Promise.all([
    typeof answers.case === 'string' ? loadByNumber(store, answers.case) : undefined,
    loadWork(store, listsFor(grants, city)),
  ]);
  // Whoever has no part in a case sees nothing of it, however they came by its number.
  const mine = asked && actorsOn(asked.record, grants, me, city.regions).length > 0 ? asked : undefined;
  const listed = found.filter(({ record }) => actorsOn(record, grants, me, city.regions).length > 0);
  const work = mine && !listed.some(({ record }) => record.id === mine.record.id) ? [...listed, mine] : listed;
  const [events, merging] = await Promise.all([
    mine ? loadEvents(store, mine.record.id) : [],
    loadMerging(store, city, mine, answers.next),
  ]);
  const others = asked && !mine ? asked.record.number : undefined;
  return { me, work, others, events, ...merging };
}

/** What a merge and its undoing need. Only then: everything else does without these questions. */
async function loadMerging(
  store: Store,
  { categories }: City,
  mine: KeptCase | undefined,
  next: unknown,
): Promise<Pick<LoadedWork, 'near' | 'moving' | 'moved'>> {
  const none = { near: [], moving: new Map(), moved: [] };
  if (!mine) return none;
  const { id, category, place: where, mergedInto, since } = mine.record;
  if (mergedInto !== undefined) return { ...none, moved: await loadMoved(store, mergedInto, since) };
  const found = await findNearby(store, categories, category, where);
  const near = found.filter(({ record }) => record.id !== id);
  if (next !== 'merged') return { ...none, near };
  const pairs = near.map(async ({ record }) => [record.id, await loadMoving(store, id, record.id)] as const);
  return { ...none, near, moving: new Map(await Promise.all(pairs)) };
}

/** The cases that press most, of all lists that somebody looks at. */
export async function loadWork(store: Store, lists: readonly string[]): Promise<readonly KeptCase[]> {
  const { redis, keys } = store;
  const heads = await orStoreAway(
    Promise.all(lists.map((list) => redis.zrange(keys.casesWork(list), '0', String(LISTED_MAX - 1), 'WITHSCORES'))),
  );
  const due = new Map<string, number>();
  for (const flat of heads) {
    flat.forEach((member, i) => {
      if (i % 2 === 0) due.set(member, Number(flat[i + 1]));
    });
  }
  const ids = [...due].sort(([, a], [, b]) => a - b).slice(0, LISTED_MAX);
  return loadCases(
    store,
    ids.map(([id]) => id),
  );
}

async function loadByNumber(store: Store, number: string): Promise<KeptCase | undefined> {
  const id = await orStoreAway(store.redis.get(store.keys.caseNumber(number)));
  return id === null ? undefined : loadCase(store, id);
}
