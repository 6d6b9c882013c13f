import { Hono } from 'hono';
import { DAY_MS, dayOf } from '../calendar.ts';
import { loadCases } from '../cases/case-store.ts';
import { clocksOf } from '../cases/deadlines.ts';
import { listCases, maySeeCase } from '../cases/desk/case-list.ts';
import { loadOwnWork } from '../cases/desk/load-work.ts';
import type { Stage } from '../cases/desk/stages.ts';
import { stageOf } from '../cases/desk/stages.ts';
import type { Figure } from '../cases/figures/figures.ts';
import { loadFigures } from '../cases/figures/load-figures.ts';
import type { HazardCase } from '../cases/hazard-case.ts';
import { isOpen } from '../cases/hazard-case.ts';
import { loadCityData } from '../city/city-store.ts';
import { inLanguage } from '../notify/reader.ts';
import type { Services } from '../notify/services.ts';
import { anyGrantCovers } from '../people/role.ts';
import type { Ring } from '../regions/region.ts';
import { polygonsOf } from '../regions/region.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseRow } from './cases.ts';
import { rowOf } from './cases.ts';
import { readerFor } from './reader.ts';
import type { ConsoleEnv, Organiser } from './session.ts';

/** The numbers and the work of the day, in the organiser's scope. Times in ms since the epoch. */
export type Home = {
  readonly counts: Readonly<Record<Stage, number>>;
  readonly late: number;
  /** When the case that waits longest for a decision was filed. */
  readonly oldest: number | undefined;
  /** Own work, the earliest deadline first. */
  readonly today: readonly CaseRow[];
  readonly mine: number;
};

/** Counts of the last days, and by kind and community. */
export type HomeCharts = {
  readonly days: readonly { readonly day: string; readonly filed: number; readonly closed: number }[];
  readonly kinds: readonly { readonly name: string; readonly count: number }[];
  readonly regions: readonly {
    readonly id: string;
    readonly name: string;
    readonly open: number;
    readonly late: number;
  }[];
  /** Ratios of the last 30 days as counts; never a bare percentage. */
  readonly figures: readonly { readonly name: Figure['name']; readonly of: number; readonly have: number }[];
};

/** The polygons of the communities in scope, in degrees. */
export type HomeMap = readonly { readonly id: string; readonly name: string; readonly rings: readonly Ring[] }[];

const TODAY_MAX = 7;
const CHART_DAYS = 60;
const FIGURE_DAYS = 30;
const KINDS_MAX = 8;
/** Charts are computed at most this often for one scope, ms: they read every case of two months. */
const CHARTS_FRESH_MS = 60_000;
const BATCH = 500;

/** 工作台: `GET /`, `GET /charts`, `GET /map`. */
export function homeRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const charts = new Map<string, { readonly at: number; readonly made: Promise<HomeCharts> }>();
  app.get('/', async (c) => c.json(await homeOf(c.get('organiser'), services)));
  app.get('/charts', async (c) => {
    const organiser = c.get('organiser');
    const { language } = readerFor(organiser, services);
    const key = JSON.stringify([organiser.grants.map(({ role, scope }) => [role, scope]), language]);
    const at = services.now();
    const known = charts.get(key);
    if (known && at - known.at < CHARTS_FRESH_MS) return c.json(await known.made);
    const made = chartsOf(organiser, services);
    charts.set(key, { at, made });
    made.catch(() => charts.delete(key));
    for (const [other, { at: then }] of charts) if (at - then >= CHARTS_FRESH_MS) charts.delete(other);
    return c.json(await made);
  });
  app.get('/map', async (c) =>
    c.json(await mapOf(c.get('organiser'), services), 200, { 'cache-control': 'private, max-age=600' }),
  );
  return app;
}

async function homeOf(organiser: Organiser, services: Services): Promise<Home> {
  const { store, city, now } = services;
  const at = now();
  const me = store.pseudonym(organiser.urn);
  const reader = readerFor(organiser, services);
  const [list, own] = await Promise.all([
    listCases(store, city, { grants: organiser.grants, me }, { stage: 'intake', page: 0 }, at),
    loadOwnWork({ store, city, person: organiser.person }),
  ]);
  const due = (record: HazardCase) => clocksOf(record)[0]?.due ?? Number.POSITIVE_INFINITY;
  const work = own.found.map(({ record }) => record).filter((record) => own.actorsFor(record).length > 0);
  const first = work.toSorted((a, b) => Number(b.urgent) - Number(a.urgent) || due(a) - due(b));
  const filed = list.cases.map(({ filedAt }) => filedAt);
  return {
    counts: list.counts,
    late: list.late,
    oldest: filed.length === 0 ? undefined : Math.min(...filed),
    today: first.slice(0, TODAY_MAX).map((record) => rowOf(record, me, reader, services, at)),
    mine: work.length,
  };
}

async function chartsOf(organiser: Organiser, services: Services): Promise<HomeCharts> {
  const { store, city, now } = services;
  const at = now();
  const reader = { grants: organiser.grants, me: store.pseudonym(organiser.urn) };
  const isVisible = (record: HazardCase) => maySeeCase(record, reader, city);
  const { language } = readerFor(organiser, services);
  const [cases, figures] = await Promise.all([
    loadFiled(services, at - CHART_DAYS * DAY_MS, isVisible),
    loadFigures(store, at - FIGURE_DAYS * DAY_MS, at, at, isVisible),
  ]);
  const days = Array.from({ length: CHART_DAYS }, (_, i) => dayOf(at - (CHART_DAYS - 1 - i) * DAY_MS));
  const filed = Map.groupBy(cases, ({ filedAt }) => dayOf(filedAt));
  const closed = Map.groupBy(
    cases.filter(({ state }) => state === 'closed'),
    ({ closedAt = 0 }) => dayOf(closedAt),
  );
  const kinds = [...Map.groupBy(cases, ({ category }) => category)].map(([id, some]) => ({
    name: inLanguage(city.categories.nameOf(id), language),
    count: some.length,
  }));
  const open = cases.filter(isOpen);
  const regions = [...Map.groupBy(open, ({ community }) => community ?? '')].filter(([id]) => id !== '');
  return {
    days: days.map((day) => ({ day, filed: filed.get(day)?.length ?? 0, closed: closed.get(day)?.length ?? 0 })),
    kinds: kinds.toSorted((a, b) => b.count - a.count).slice(0, KINDS_MAX),
    regions: regions.map(([id, some]) => ({
      id,
      name: inLanguage(city.regions.nameOf(id) ?? {}, language),
      open: some.length,
      late: some.filter((record) => isLate(record, at)).length,
    })),
    figures: figures.map(({ name, denominator, numerator }) => ({
      name,
      of: denominator.length,
      have: numerator.length,
    })),
  };
}

function isLate(record: HazardCase, now: number): boolean {
  const due = stageOf(record) === 'shelved' ? undefined : clocksOf(record)[0]?.due;
  return due !== undefined && due <= now;
}

/** Cases filed since a time that an organiser may see, in batches: memory holds one batch and what is kept. */
async function loadFiled(
  { store }: Services,
  since: number,
  keeps: (record: HazardCase) => boolean,
): Promise<readonly HazardCase[]> {
  const { redis, keys } = store;
  const found: HazardCase[] = [];
  for (let offset = 0; ; offset += BATCH) {
    const range = [keys.casesFiled, String(since), '+inf', 'BYSCORE', 'LIMIT', offset, BATCH] as const;
    const ids = await orStoreAway(redis.zrange(...range));
    if (ids.length === 0) return found;
    found.push(...(await loadCases(store, ids)).map(({ record }) => record).filter(keeps));
  }
}

async function mapOf(organiser: Organiser, services: Services): Promise<HomeMap> {
  const { store, city } = services;
  const { language } = readerFor(organiser, services);
  const { regions } = await loadCityData(store);
  return regions.flatMap(({ id, level, names, ground }) =>
    ground && level === 'community' && anyGrantCovers(organiser.grants, id, city.regions)
      ? [{ id, name: inLanguage(names, language), rings: polygonsOf(ground).flat() }]
      : [],
  );
}
