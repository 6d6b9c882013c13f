import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { readCaseNumber } from '../case-number.ts';
import { actorsOn, stageOwnersFor } from '../case-permissions.ts';
import { loadCases } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import { mayAudit } from './audit.ts';
import { loadRemembered } from './case-memory.ts';
import type { WORK_FILTERS } from './find-work.ts';
import { filterOf, searchFor } from './find-work.ts';
import { idsAtStage, sum } from './stage-order.ts';
import type { Stage } from './stages.ts';
import { STAGES } from './stages.ts';

/** What a list of cases shows. `region` and `category` narrow it; `page` counts from 0. */
export type CaseQuery = {
  readonly stage?: Stage;
  readonly words?: string;
  readonly category?: string;
  readonly region?: string;
  readonly only?: (typeof WORK_FILTERS)[number];
  readonly page: number;
};

export type CaseList = {
  readonly cases: readonly HazardCase[];
  /** Cases that match; with a filter or a search, those among the cases that were read. */
  readonly total: number;
  /** Cases of each stage in the organiser's scope. */
  readonly counts: Readonly<Record<Stage, number>>;
  /** Open cases past their deadline. */
  readonly late: number;
  /** A filter or search read only the first cases of the stage. */
  readonly cut: boolean;
};

export const CASES_A_PAGE = 50;
/** Cases that one filter or search reads at most. */
export const READ_MAX = 2000;
/** Records that are read together. */
const BATCH = 200;

type Reader = { readonly grants: readonly Grant[]; readonly me: string };

/** True if these roles may see a case. */
export function maySeeCase(record: HazardCase, { grants, me }: Reader, { regions }: City): boolean {
  return actorsOn(record, grants, me, regions).length > 0 || mayAudit(record, grants, regions);
}

/**
 * Lists the cases of an organiser's scope, by deadline, ended ones by their end, newest first.
 * Redis: counts and ranges for each desk or unit of the scope, then one script for the page; of a search, one read for each case that was written since the last one.
 */
export async function listCases(
  store: Store,
  city: City,
  reader: Reader,
  query: CaseQuery,
  now: number,
): Promise<CaseList> {
  const owners = stageOwnersFor(reader.grants, city);
  const [sizes, overdue] = await Promise.all([
    sizesOf(store, owners, (key) => store.redis.zcard(key)),
    sizesOf(store, owners, (key, stage) =>
      // Places of ended cases are no deadlines.
      stage === 'ended' ? Promise.resolve(0) : store.redis.zcount(key, '-inf', String(now)),
    ),
  ]);
  const counts = Object.fromEntries(STAGES.map((stage) => [stage, sum(sizes[stage])])) as Record<Stage, number>; // one entry a stage
  // The deadlines come first in each stage, so those that have passed are a list of their own.
  const scope = { owners, sizes: query.only === 'overdue' ? overdue : sizes };
  const found = await findCases(store, city, reader, scope, query, now);
  // A shelved case has a review date and no deadline.
  const late = sum([...overdue.intake, ...overdue.work, ...overdue.check]);
  return { ...found, counts, late };
}

type StageSizes = Readonly<Record<Stage, readonly number[]>>;
/** Desks and units of the organiser, and their cases by stage. */
type Scope = { readonly owners: readonly string[]; readonly sizes: StageSizes };
type Found = Pick<CaseList, 'cases' | 'total' | 'cut'>;

async function findCases(
  store: Store,
  city: City,
  reader: Reader,
  scope: Scope,
  query: CaseQuery,
  now: number,
): Promise<Found> {
  const { words, category, region, only, page } = query;
  const isVisible = (record: HazardCase) => maySeeCase(record, reader, city);
  const number = words === undefined ? undefined : readCaseNumber(words);
  if (number !== undefined) {
    const id = await orStoreAway(store.redis.get(store.keys.caseNumber(number)));
    const cases = id === null ? [] : recordsOf(await loadCases(store, [id])).filter(isVisible);
    return { cases, total: cases.length, cut: false };
  }
  const stages = query.stage ? [query.stage] : STAGES;
  const isWanted = only === undefined ? () => true : filterOf({ filter: only, page: 0 }, { city, me: reader.me, now });
  const filters = [
    ...(words === undefined ? [] : [searchFor(words, city)]),
    ...(only === undefined || only === 'overdue' ? [] : [isWanted]),
    ...(category === undefined ? [] : [isOfCategory(category, city)]),
    ...(region === undefined ? [] : [isInRegion(region, city)]),
  ];
  const from = page * CASES_A_PAGE;
  const fitting = async (ids: readonly string[], load: typeof loadRemembered) =>
    recordsOf(await load(store, ids)).filter(
      (record) => isVisible(record) && isWanted(record) && filters.every((fits) => fits(record)),
    );
  if (filters.length === 0) {
    const cases = await fitting(await idsInOrder(store, scope, stages, [from, from + CASES_A_PAGE]), loadCases);
    return { cases, total: sum(stages.flatMap((stage) => scope.sizes[stage])), cut: false };
  }
  const ids = await idsInOrder(store, scope, stages, [0, READ_MAX]);
  const all = await inParts(ids, (some) => fitting(some, loadRemembered));
  return { cases: all.slice(from, from + CASES_A_PAGE), total: all.length, cut: ids.length === READ_MAX };
}

/** Loads in parts, between which the process does other work. */
async function inParts<T>(
  ids: readonly string[],
  load: (some: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let at = 0; at < ids.length; at += BATCH) all.push(...(await load(ids.slice(at, at + BATCH))));
  return all;
}

const OPEN_STAGES = STAGES.filter((stage) => stage !== 'ended');

/** Loads open cases of these roles' scope that fit, the earliest deadline of each stage first; of many, the first. */
export async function loadOpenCases(
  store: Store,
  city: City,
  grants: readonly Grant[],
  fits: (record: HazardCase) => boolean,
): Promise<readonly Kept<HazardCase>[]> {
  const owners = stageOwnersFor(grants, city);
  const sizes = await sizesOf(store, owners, (key) => store.redis.zcard(key));
  const ids = await idsInOrder(store, { owners, sizes }, OPEN_STAGES, [0, READ_MAX]);
  return inParts(ids, async (some) => (await loadRemembered(store, some)).filter(({ record }) => fits(record)));
}

function recordsOf(kept: Awaited<ReturnType<typeof loadCases>>): readonly HazardCase[] {
  return kept.map(({ record }) => record);
}

function isOfCategory(category: string, { categories }: City): (record: HazardCase) => boolean {
  return (record) => record.category === category || categories.get(record.category)?.group === category;
}

function isInRegion(region: string, { regions }: City): (record: HazardCase) => boolean {
  return ({ place, desk }) => {
    const at = place.region ?? desk;
    return at !== undefined && regions.chain(at).includes(region);
  };
}

/** The ids from one rank to below another of these stages, one stage after the other. */
async function idsInOrder(
  store: Store,
  { owners, sizes }: Scope,
  stages: readonly Stage[],
  [from, to]: readonly [number, number],
): Promise<readonly string[]> {
  const ids = new Set<string>();
  let before = 0;
  for (const stage of stages) {
    const size = sum(sizes[stage]);
    const range = [Math.max(0, from - before), Math.min(size, to - before)] as const;
    if (range[0] < range[1]) for (const id of await idsAtStage(store, owners, stage, sizes[stage], range)) ids.add(id);
    before += size;
  }
  return [...ids];
}

/** A number for each owner at each stage. */
async function sizesOf(
  { keys }: Store,
  owners: readonly string[],
  count: (key: ReturnType<Store['keys']['casesAtStage']>, stage: Stage) => Promise<number>,
): Promise<StageSizes> {
  const counted = STAGES.map(async (stage) => {
    const sizes = await Promise.all(owners.map((owner) => count(keys.casesAtStage(owner, stage), stage)));
    return [stage, sizes] as const;
  });
  return Object.fromEntries(await orStoreAway(Promise.all(counted))) as unknown as StageSizes; // one entry a stage
}
