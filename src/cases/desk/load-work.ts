import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Kept } from '../../store/versioned-record.ts';
import type { CaseEvent } from '../case-event.ts';
import { actorsOn, listsFor } from '../case-permissions.ts';
import { loadCase, loadCases, loadEvents } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import { loadMovedFollowers, loadMovingFollowers } from '../merge-cases.ts';
import type { NearbyCase } from '../report/nearby.ts';
import { findNearby } from '../report/nearby.ts';
import { loadAuditedCases, mayAudit } from './audit.ts';

/** Everything that the work flow loads from the store. */
export type LoadedWork = {
  readonly me: string;
  readonly work: readonly Kept<HazardCase>[];
  /** Number of a requested case that this organiser may not see. */
  readonly notPermitted: string | undefined;
  readonly events: readonly CaseEvent[];
  readonly near: readonly NearbyCase[];
  /** Followers that a merge would move, by target case, and followers that the last merge moved. */
  readonly moving: ReadonlyMap<string, readonly Urn[]>;
  readonly moved: readonly Urn[];
};
export type WorkFacts = City & LoadedWork & { readonly grants: readonly Grant[] };
/** The chosen case number and action. */
export type WorkAnswers = { readonly case?: string | null; readonly next?: string | null };
export type WorkContext = { readonly facts: WorkFacts; readonly answers: WorkAnswers; readonly now: number };

/** Length of the list; the most urgent cases come first. */
const LISTED_MAX = 10;

/** Returns the case that the organiser chose. */
export function chosenCase({
  facts: { work },
  answers,
}: Pick<WorkContext, 'facts' | 'answers'>): Kept<HazardCase> | undefined {
  return work.find(({ record }) => record.number === answers.case);
}

/** Loads the work list, the chosen case with its events, and the data of a merge. */
export async function loadMyWork({ store, city, person, position }: LoadContext): Promise<LoadedWork> {
  const grants = person.contact?.grants ?? [];
  const { answers } = position;
  const me = store.pseudonym(person.urn);
  const [asked, found, audited] = await Promise.all([
    typeof answers.case === 'string' ? loadByNumber(store, answers.case) : undefined,
    loadWork(store, listsFor(grants, city)),
    loadAuditedCases(store, grants, city.regions),
  ]);
  const maySee = ({ record }: Kept<HazardCase>) =>
    actorsOn(record, grants, me, city.regions).length > 0 || mayAudit(record, grants, city.regions);
  // A case number alone gives no access; only a role on the case does.
  const permitted = asked && maySee(asked) ? asked : undefined;
  const own = found.filter(maySee);
  const others = audited.filter(({ record }) => !own.some((one) => one.record.id === record.id));
  const listed = [...own, ...others].slice(0, LISTED_MAX);
  const work =
    permitted && !listed.some(({ record }) => record.id === permitted.record.id) ? [...listed, permitted] : listed;
  const [events, merging] = await Promise.all([
    permitted ? loadEvents(store, permitted.record.id) : [],
    loadMerging(store, city, permitted, answers.next),
  ]);
  const notPermitted = asked && !permitted ? asked.record.number : undefined;
  return { me, work, notPermitted, events, ...merging };
}

/** Loads what a merge or its undo needs; other actions skip these queries. */
async function loadMerging(
  store: Store,
  { categories }: City,
  permitted: Kept<HazardCase> | undefined,
  next: unknown,
): Promise<Pick<LoadedWork, 'near' | 'moving' | 'moved'>> {
  const none = { near: [], moving: new Map(), moved: [] };
  if (!permitted) return none;
  const { id, category, place: where, mergedInto, since } = permitted.record;
  if (mergedInto !== undefined) return { ...none, moved: await loadMovedFollowers(store, mergedInto, since) };
  const found = await findNearby(store, categories, category, where);
  const near = found.filter(({ record }) => record.id !== id);
  if (next !== 'merged') return { ...none, near };
  const pairs = near.map(async ({ record }) => [record.id, await loadMovingFollowers(store, id, record.id)] as const);
  return { ...none, near, moving: new Map(await Promise.all(pairs)) };
}

/** Loads the most urgent cases of several work lists. */
export async function loadWork(store: Store, lists: readonly string[]): Promise<readonly Kept<HazardCase>[]> {
  const { redis, keys } = store;
  const entriesByList = await orStoreAway(
    Promise.all(lists.map((list) => redis.zrange(keys.casesWork(list), '0', String(LISTED_MAX - 1), 'WITHSCORES'))),
  );
  const due = new Map<string, number>();
  for (const flat of entriesByList) {
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

async function loadByNumber(store: Store, number: string): Promise<Kept<HazardCase> | undefined> {
  const id = await orStoreAway(store.redis.get(store.keys.caseNumber(number)));
  return id === null ? undefined : loadCase(store, id);
}
