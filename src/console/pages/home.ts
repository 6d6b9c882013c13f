import { Hono } from 'hono';
import { DAY_MS, dayOf } from '../../calendar.ts';
import { clocksOf, isOverdue } from '../../cases/deadlines.ts';
import { listCases, maySeeCase } from '../../cases/desk/case-list.ts';
import { loadOwnWork } from '../../cases/desk/load-work.ts';
import type { Stage } from '../../cases/desk/stages.ts';
import { stageOf } from '../../cases/desk/stages.ts';
import type { FigureName } from '../../cases/figures/figures.ts';
import { FIGURES } from '../../cases/figures/figures.ts';
import { figuresInParts } from '../../cases/figures/load-figures.ts';
import { casesFiled } from '../../cases/filed-cases.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { isOpen } from '../../cases/hazard-case.ts';
import { communityOutlines } from '../../city/community-outlines.ts';
import { inLanguage } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { Ring } from '../../regions/region.ts';
import type { Store } from '../../store/store.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv, Organiser } from '../sign-in/session.ts';
import type { CaseRow } from './cases.ts';
import { rowOf } from './cases.ts';

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
  readonly figures: readonly { readonly name: FigureName; readonly of: number; readonly have: number }[];
};

/** The polygons of the communities in scope, in degrees. */
export type HomeMap = readonly { readonly id: string; readonly name: string; readonly rings: readonly Ring[] }[];

const TODAY_MAX = 7;
const CHART_DAYS = 60;
const FIGURE_DAYS = 30;
const KINDS_MAX = 8;
/** Charts of one scope stay for this long, ms: they read every case of two months. */
const CHARTS_FRESH_MS = 60_000;
/** And for so many times as long as their computing took: a large city is not read all the time. */
const FRESH_TIMES = 10;
const BATCH = 200;

/** 工作台: `GET /`, `GET /charts`, `GET /map`. */
export function homeRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const charts = new Map<string, KnownCharts>();
  app.get('/', async (c) => c.json(await homeOf(c.get('organiser'), services)));
  app.get('/charts', async (c) => {
    const organiser = c.get('organiser');
    const { language } = readerFor(organiser, services);
    const key = JSON.stringify([organiser.grants.map(({ role, scope }) => [role, scope]), language]);
    for (const [known, { until }] of charts) if (services.now() >= until) charts.delete(known);
    const known = charts.get(key) ?? makeCharts(organiser, services);
    charts.set(key, known);
    known.made.catch(() => charts.delete(key));
    return c.json(await known.made);
  });
  app.get('/map', async (c) =>
    c.json(await mapOf(c.get('organiser'), services), 200, { 'cache-control': 'private, max-age=600' }),
  );
  return app;
}

/** `until`: ms since the epoch; the time at which charts that are being made go stale is not known yet. */
type KnownCharts = { until: number; readonly made: Promise<HomeCharts> };

function makeCharts(organiser: Organiser, services: Services): KnownCharts {
  const began = performance.now();
  const known: KnownCharts = { until: Number.POSITIVE_INFINITY, made: chartsOf(organiser, services) };
  const settle = () => {
    known.until = services.now() + Math.max(CHARTS_FRESH_MS, FRESH_TIMES * (performance.now() - began));
  };
  known.made.then(settle, settle);
  return known;
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
  const [counted, figures] = await Promise.all([countFiled(store, at, isVisible), countFigures(store, at, isVisible)]);
  const days = Array.from({ length: CHART_DAYS }, (_, i) => dayOf(at - (CHART_DAYS - 1 - i) * DAY_MS));
  const kinds = [...counted.kinds].map(([id, count]) => ({
    name: inLanguage(city.categories.nameOf(id), language),
    count,
  }));
  return {
    days: days.map((day) => ({ day, filed: counted.filed.get(day) ?? 0, closed: counted.closed.get(day) ?? 0 })),
    kinds: kinds.toSorted((a, b) => b.count - a.count).slice(0, KINDS_MAX),
    regions: [...counted.open].map(([id, open]) => ({
      id,
      name: inLanguage(city.regions.nameOf(id) ?? {}, language),
      open,
      late: counted.late.get(id) ?? 0,
    })),
    figures,
  };
}

type Counts = Map<string, number>;

function count(counts: Counts, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** Counts the cases of the last days that an organiser may see. Memory holds one batch of them. */
async function countFiled(store: Store, now: number, isVisible: (record: HazardCase) => boolean) {
  const none = (): Counts => new Map();
  const counted = { filed: none(), closed: none(), kinds: none(), open: none(), late: none() };
  for await (const some of casesFiled(store, now - CHART_DAYS * DAY_MS, now, BATCH))
    for (const { record } of some) {
      if (!isVisible(record)) continue;
      const { filedAt, state, closedAt = 0, category, community } = record;
      count(counted.filed, dayOf(filedAt));
      count(counted.kinds, category);
      if (state === 'closed') count(counted.closed, dayOf(closedAt));
      if (!isOpen(record) || community === undefined) continue;
      count(counted.open, community);
      if (isLate(record, now)) count(counted.late, community);
    }
  return counted;
}

async function countFigures(
  store: Store,
  now: number,
  isVisible: (record: HazardCase) => boolean,
): Promise<HomeCharts['figures']> {
  const counts = new Map(FIGURES.map((name) => [name, { of: 0, have: 0 }]));
  for await (const some of figuresInParts(store, now - FIGURE_DAYS * DAY_MS, now, now, isVisible))
    for (const { name, denominator, numerator } of some) {
      const counted = counts.get(name) ?? { of: 0, have: 0 };
      counts.set(name, { of: counted.of + denominator.length, have: counted.have + numerator.length });
    }
  return [...counts].map(([name, counted]) => ({ name, ...counted }));
}

/** The decision about a shelved case is no late work. */
function isLate(record: HazardCase, now: number): boolean {
  return stageOf(record) !== 'shelved' && isOverdue(record, now);
}

async function mapOf(organiser: Organiser, services: Services): Promise<HomeMap> {
  const { store, city } = services;
  const { language } = readerFor(organiser, services);
  const outlines = await communityOutlines(store);
  return outlines
    .filter(({ id }) => anyGrantCovers(organiser.grants, id, city.regions))
    .map(({ id, names, rings }) => ({ id, name: inLanguage(names, language), rings }));
}
