import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { readCaseNumber } from '../case-number.ts';
import { actorsOn, stageOwnersFor } from '../case-permissions.ts';
import { loadCases } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import { mayAudit } from './audit.ts';
import type { WORK_FILTERS } from './find-work.ts';
import { filterOf, searchFor } from './find-work.ts';
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

type Reader = { readonly grants: readonly Grant[]; readonly me: string };

/** True if these roles may see a case. */
export function maySeeCase(record: HazardCase, { grants, me }: Reader, { regions }: City): boolean {
  return actorsOn(record, grants, me, regions).length > 0 || mayAudit(record, grants, regions);
}

/**
 * Lists the cases of an organiser's scope, by deadline, ended ones by their end, newest first.
 * Redis: one range and one count for each desk or unit of the scope, then one read a case.
 */
export async function listCases(
  store: Store,
  city: City,
  reader: Reader,
  query: CaseQuery,
  now: number,
): Promise<CaseList> {
  const owners = stageOwnersFor(reader.grants, city);
  const [counts, late, found] = await Promise.all([
    countStages(store, owners),
    countLate(store, owners, now),
    findCases(store, city, reader, owners, query, now),
  ]);
  const isWhole = found.total === undefined;
  const total = found.total ?? (query.stage ? counts[query.stage] : STAGES.reduce((sum, one) => sum + counts[one], 0));
  return { cases: found.cases, total, counts, late, cut: !isWhole && found.cut };
}

type Found = { readonly cases: readonly HazardCase[]; readonly total?: number; readonly cut: boolean };

async function findCases(
  store: Store,
  city: City,
  reader: Reader,
  owners: readonly string[],
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
  const filters = [
    ...(words === undefined ? [] : [searchFor(words, city)]),
    ...(only === undefined ? [] : [filterOf({ filter: only, page: 0 }, { city, me: reader.me, now })]),
    ...(category === undefined ? [] : [isOfCategory(category, city)]),
    ...(region === undefined ? [] : [isInRegion(region, city)]),
  ];
  const from = page * CASES_A_PAGE;
  if (filters.length === 0) {
    const ids = await idsInOrder(store, owners, stages, from + CASES_A_PAGE);
    const cases = recordsOf(await loadCases(store, ids.slice(from))).filter(isVisible);
    return { cases, cut: false };
  }
  const ids = await idsInOrder(store, owners, stages, READ_MAX);
  const all = recordsOf(await loadCases(store, ids)).filter(
    (record) => isVisible(record) && filters.every((fits) => fits(record)),
  );
  return { cases: all.slice(from, from + CASES_A_PAGE), total: all.length, cut: ids.length === READ_MAX };
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

/** The first ids of these stages, each stage by its own order: open ones the earliest deadline first. */
async function idsInOrder(
  { redis, keys }: Store,
  owners: readonly string[],
  stages: readonly Stage[],
  max: number,
): Promise<readonly string[]> {
  const ids: string[] = [];
  const known = new Set<string>();
  for (const stage of stages) {
    const isEnded = stage === 'ended';
    const range = (owner: string) => {
      const key = keys.casesAtStage(owner, stage);
      return isEnded
        ? redis.zrange(key, '0', String(max - 1), 'REV', 'WITHSCORES')
        : redis.zrange(key, '0', String(max - 1), 'WITHSCORES');
    };
    const lists = await orStoreAway(Promise.all(owners.map(range)));
    const scored = lists.flatMap((flat) =>
      flat.flatMap((id, i) => (i % 2 === 0 ? [{ id, score: Number(flat[i + 1]) }] : [])),
    );
    const ordered = scored.toSorted((a, b) => (isEnded ? b.score - a.score : a.score - b.score));
    for (const { id } of ordered) {
      if (!known.has(id)) ids.push(id);
      known.add(id);
    }
    if (ids.length >= max) break;
  }
  return ids.slice(0, max);
}

async function countStages(
  { redis, keys }: Store,
  owners: readonly string[],
): Promise<Readonly<Record<Stage, number>>> {
  const counted = STAGES.map(async (stage) => {
    const sizes = await Promise.all(owners.map((owner) => redis.zcard(keys.casesAtStage(owner, stage))));
    return [stage, sizes.reduce((sum, n) => sum + n, 0)] as const;
  });
  return Object.fromEntries(await orStoreAway(Promise.all(counted))) as Record<Stage, number>; // one entry a stage
}

async function countLate({ redis, keys }: Store, owners: readonly string[], now: number): Promise<number> {
  // A shelved case has a review date and no deadline.
  const stages: readonly Stage[] = ['intake', 'work', 'check'];
  const counts = stages.flatMap((stage) =>
    owners.map((owner) => redis.zcount(keys.casesAtStage(owner, stage), '-inf', String(now))),
  );
  return (await orStoreAway(Promise.all(counts))).reduce((sum, n) => sum + n, 0);
}
