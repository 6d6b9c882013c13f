import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { inPairs } from '../../store/records/in-pairs.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { CaseEvent } from '../case-event.ts';
import { actorsOn, listsFor } from '../case-permissions.ts';
import { loadCase, loadCases, loadEvents } from '../case-store.ts';
import type { Actor } from '../guards.ts';
import type { HazardCase } from '../hazard-case.ts';
import type { MovedFollower } from '../merge-cases.ts';
import { loadMerged, loadMovedFollowers, loadMovingFollowers } from '../merge-cases.ts';
import type { NearbyCase } from '../report/nearby.ts';
import { findNearby } from '../report/nearby.ts';
import { loadAuditedCases, mayAudit } from './audit.ts';
import { dispatchable } from './dispatchable.ts';
import type { WorkView } from './find-work.ts';
import { filterOf } from './find-work.ts';

/** Everything that the work flow loads from the store. */
export type LoadedWork = {
  readonly me: string;
  /** One page of the list, and the requested case. */
  readonly work: readonly Kept<HazardCase>[];
  /** Open cases of this organiser. */
  readonly open: number;
  /** Of these, cases that the list shows on all its pages. */
  readonly total: number;
  /** Cases that this organiser may dispatch now. */
  readonly dispatchable: number;
  /** There is a further page. */
  readonly more: boolean;
  /** Number of a requested case that this organiser may not see. */
  readonly notPermitted: string | undefined;
  readonly events: readonly CaseEvent[];
  /** Cases that are merged into the chosen one. */
  readonly merged: readonly Kept<HazardCase>[];
  readonly near: readonly NearbyCase[];
  /** Followers that a merge would move, by target case, and followers that the last merge moved. */
  readonly moving: ReadonlyMap<string, readonly Urn[]>;
  readonly moved: readonly MovedFollower[];
};
export type WorkFacts = City & LoadedWork & { readonly grants: readonly Grant[] };
/** The chosen case number and action. */
export type WorkAnswers = { readonly case?: string | null; readonly next?: string | null };
export type WorkContext = { readonly facts: WorkFacts; readonly answers: WorkAnswers; readonly now: number };

/** Cases on one page. */
const LISTED_MAX = 10;
/** Open cases of one organiser that are searched; those with later deadlines are found by their number. */
const LOADED_MAX = 2000;

/** Returns the case that the organiser chose. */
export function chosenCase({
  facts: { work },
  answers,
}: Pick<WorkContext, 'facts' | 'answers'>): Kept<HazardCase> | undefined {
  return work.find(({ record }) => record.number === answers.case);
}

/** Loads one page of the work list, the chosen case with its events, and the data of a merge. */
export async function loadMyWork({ store, city, person, position, now }: LoadContext): Promise<LoadedWork> {
  const grants = person.contact?.grants ?? [];
  const { answers } = position;
  const view = answers.case === undefined ? ((position.draft as WorkView | undefined) ?? { page: 0 }) : { page: 0 };
  const [asked, { me, found, actorsFor }, audited] = await Promise.all([
    typeof answers.case === 'string' ? loadByNumber(store, answers.case) : undefined,
    // At one case the list is not shown.
    loadOwnWork({ store, city, person }, answers.case === undefined ? LOADED_MAX : LISTED_MAX),
    loadAuditedCases(store, grants, city.regions),
  ]);
  const maySee = ({ record }: Kept<HazardCase>) =>
    actorsFor(record).length > 0 || mayAudit(record, grants, city.regions);
  // A case number alone gives no access; only a role on the case does.
  const permitted = asked && maySee(asked) ? asked : undefined;
  const own = found.filter(maySee);
  const known = new Set(own.map(({ record }) => record.id));
  const all = [...own, ...audited.filter(({ record }) => !known.has(record.id))];
  const isShown = filterOf(view, { city, me, now });
  const shown = all.filter(({ record }) => isShown(record));
  // What is urgent stays on top; the lists are ordered by deadline.
  const sorted = [...shown.filter(({ record }) => record.urgent), ...shown.filter(({ record }) => !record.urgent)];
  const from = view.page * LISTED_MAX;
  const listed = sorted.slice(from, from + LISTED_MAX);
  const isMissing = permitted && !listed.some(({ record }) => record.id === permitted.record.id);
  const [events, merged, merging] = await Promise.all([
    permitted ? loadEvents(store, permitted.record.id) : [],
    permitted ? loadMerged(store, permitted.record) : [],
    loadMerging(store, city, permitted, answers.next),
  ]);
  return {
    me,
    work: isMissing ? [...listed, permitted] : listed,
    open: all.length,
    total: sorted.length,
    dispatchable: dispatchable(own, actorsFor).length,
    more: sorted.length > from + LISTED_MAX,
    notPermitted: asked && !permitted ? asked.record.number : undefined,
    events,
    merged,
    ...merging,
  };
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
  const { id, category, place: where, mergedInto } = permitted.record;
  if (mergedInto !== undefined) return { ...none, moved: await loadMovedFollowers(store, permitted.record) };
  const found = await findNearby(store, categories, category, where);
  const near = found.filter(({ record }) => record.id !== id);
  if (next !== 'merged') return { ...none, near };
  const pairs = near.map(async ({ record }) => [record.id, await loadMovingFollowers(store, id, record.id)] as const);
  return { ...none, near, moving: new Map(await Promise.all(pairs)) };
}

/** The work of one organiser: the cases of their lists, the earliest deadline first, and their roles on a case. */
type OwnWork = {
  readonly me: string;
  readonly found: readonly Kept<HazardCase>[];
  readonly actorsFor: (record: HazardCase) => readonly Actor[];
};

/** Loads the cases of an organiser's work lists. */
export async function loadOwnWork(
  { store, city, person }: Pick<LoadContext, 'store' | 'city' | 'person'>,
  max = LOADED_MAX,
): Promise<OwnWork> {
  const grants = person.contact?.grants ?? [];
  const me = store.pseudonym(person.urn);
  const found = await loadWork(store, listsFor(grants, city), max);
  return { me, found, actorsFor: (record) => actorsOn(record, grants, me, city.regions) };
}

/** Loads the cases of several work lists, the earliest deadline first. */
export async function loadWork(
  store: Store,
  lists: readonly string[],
  max: number,
): Promise<readonly Kept<HazardCase>[]> {
  const { redis, keys } = store;
  const entriesByList = await orStoreAway(
    Promise.all(lists.map((list) => redis.zrange(keys.casesWork(list), '0', String(max - 1), 'WITHSCORES'))),
  );
  const due = new Map<string, number>();
  for (const flat of entriesByList) {
    for (const [member, at] of inPairs(flat)) due.set(member, Number(at));
  }
  const ids = [...due].sort(([, a], [, b]) => a - b).slice(0, max);
  return loadCases(
    store,
    ids.map(([id]) => id),
  );
}

async function loadByNumber(store: Store, number: string): Promise<Kept<HazardCase> | undefined> {
  const id = await orStoreAway(store.redis.get(store.keys.caseNumber(number)));
  return id === null ? undefined : loadCase(store, id);
}
