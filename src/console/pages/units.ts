import { Hono } from 'hono';
import { photoName } from '../../cases/photos/photo-name.ts';
import type { Premises } from '../../city/premises.ts';
import { SERIES, seriesNames } from '../../city/series.ts';
import type { DrillFigures } from '../../creation/drills/drill-figures.ts';
import { loadDrillFigures } from '../../creation/drills/drill-figures.ts';
import { photosOf } from '../../creation/notice/objection-photos.ts';
import { levelCounts, planCells, projectsOnTime } from '../../creation/plan/plan-progress.ts';
import { currentRound } from '../../creation/premises/load-premises.ts';
import { isLead, maySee } from '../../creation/premises/rights.ts';
import { loadRecheckFigures } from '../../creation/rechecks/recheck-figures.ts';
import { loadRounds, loadRoundsOf } from '../../creation/rounds/round-store.ts';
import { loadDocuments } from '../../inspections/documents/document-store.ts';
import { mayMove } from '../../inspections/draw/draw.ts';
import type { LevelId } from '../../inspections/standards/standard.ts';
import { loadStandard, loadVersion } from '../../inspections/standards/standard-store.ts';
import { inLanguage } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { loadReportCounts } from '../../review/few-reports/report-counts.ts';
import { drawAddress } from '../public/public-draws.ts';
import type { PublishedDraw } from '../public/published-draw.ts';
import { readerFor } from '../reader.ts';
import { sendPhoto } from '../send-photo.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';
import { standardRoutes } from './standards.ts';
import { pageOf, proofOf } from './unit-page.ts';
import type { UnitRow } from './unit-row.ts';
import { rowOf } from './unit-row.ts';

export type UnitList = {
  readonly units: readonly UnitRow[];
  readonly states: readonly { readonly id: string; readonly name: string; readonly n: number }[];
};

/** Quarter targets against levels met, by series, and projects done in time. */
export type UnitPlan = {
  readonly cells: readonly {
    readonly quarter: string;
    readonly series: string;
    readonly target: number;
    readonly met: number;
  }[];
  readonly projects: { readonly due: number; readonly done: number };
  /** Premises by the level that they hold now: most of them hold none. */
  readonly levels: Readonly<Record<LevelId | 'none', number>>;
  /** Drills on premises by quarter, the newest first. */
  readonly drills: readonly DrillFigures[];
  /** Re-checks of premises with a level, this year's first. Names and days are sealed until a year is over. */
  readonly rechecks: readonly (PublishedDraw & {
    readonly year: number;
    readonly quarters: readonly { readonly quarter: string; readonly target: number; readonly done: number }[];
  })[];
};

type UnitSettings = { readonly services: Services; readonly photos: string };

/** 创建: `GET /`, `GET /plan`, `GET /<premises>`, its photos. The talk `my-premises` moves a round. */
export function unitRoutes({ services, photos }: UnitSettings): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const { store, now } = services;
  const seen = (grants: Parameters<typeof maySee>[0]) =>
    [...services.city.premises.values()].filter((one) => maySee(grants, one, services.city));
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const reader = readerFor(organiser, services);
    const rounds = Map.groupBy(await loadRounds(store), ({ record }) => record.premises);
    const units = seen(organiser.grants).map((premises) => {
      const own = rounds.get(premises.id) ?? [];
      return rowOf(premises, (currentRound({ rounds: own }) ?? own[0])?.record, reader);
    });
    const order = new Map(SERIES.map((series, i) => [inLanguage(seriesNames(series), reader.language), i]));
    units.sort(
      (a, b) =>
        (order.get(a.series) ?? 0) - (order.get(b.series) ?? 0) ||
        Number(a.state === 'known') - Number(b.state === 'known') ||
        (a.due ?? Infinity) - (b.due ?? Infinity),
    );
    const states = [...Map.groupBy(units, ({ state }) => state)].map(([id, some]) => ({
      id,
      name: some[0]?.stateName ?? id,
      n: some.length,
    }));
    return c.json({ units, states } satisfies UnitList);
  });
  app.get('/plan', async (c) => {
    const organiser = c.get('organiser');
    const { language } = readerFor(organiser, services);
    const own = new Set(seen(organiser.grants).map(({ id }) => id));
    const rounds = (await loadRounds(store)).map(({ record }) => record).filter(({ premises }) => own.has(premises));
    const cells = planCells(rounds).map((cell) => ({
      ...cell,
      series: inLanguage(seriesNames(cell.series), language),
    }));
    const rechecks = (await loadRecheckFigures(store, now())).map((one) => ({
      ...one,
      address: drawAddress(`recheck-${one.year}`),
    }));
    const levels = levelCounts(rounds, own.size);
    const drills = await loadDrillFigures(store, now());
    return c.json({ cells, projects: projectsOnTime(rounds, now()), levels, rechecks, drills } satisfies UnitPlan);
  });
  app.route('/standards', standardRoutes(services));
  app.get('/:id', async (c) => {
    const organiser = c.get('organiser');
    const { city } = services;
    const premises = city.premises.get(c.req.param('id'));
    if (!premises || !maySee(organiser.grants, premises, city)) return c.json({ error: 'not_found' }, 404);
    const kept = await loadRoundsOf(store, premises.id);
    const current = currentRound({ rounds: kept }) ?? kept[0];
    // The page shows the round that moves now; the others follow as earlier ones.
    const others = kept.filter((one) => one !== current);
    const rounds = [...(current ? [current] : []), ...others].map(({ record }) => record);
    const [round] = rounds;
    const standard = round
      ? await loadVersion(store, round.series, round.standard)
      : await loadStandard(store, premises.series);
    if (!standard) return c.json({ error: 'not_found' }, 404);
    const mayLead = isLead(organiser.grants, premises, city);
    const proof = round && (await proofOf(round, services));
    const documents = await loadDocuments(store, premises.id);
    const few = await fewReportsAt(premises, organiser.grants);
    const known = { rounds, standard, mayLead, proof, documents, few, now: now() };
    return c.json(pageOf(premises, known, readerFor(organiser, services)));
  });
  /** Contacts do not see it: the inspection that it may open comes unannounced. */
  async function fewReportsAt({ id, region }: Premises, grants: Parameters<typeof maySee>[0]) {
    if (!mayMove({ region }, grants, services.city.regions)) return undefined;
    return (await loadReportCounts(store))?.record.few.find((one) => one.premises === id);
  }
  app.get('/:id/photos/:same', async (c) => {
    const { id, same } = c.req.param();
    const { city } = services;
    const premises = city.premises.get(id);
    // A photo may tell where it was taken from: only those who decide see it, not the premises.
    if (!premises || !isLead(c.get('organiser').grants, premises, city)) return c.json({ error: 'not_found' }, 404);
    const rounds = (await loadRoundsOf(store, id)).map(({ record }) => record);
    const round = rounds.find((one) => photosOf(one).some((photo) => photo.same === same));
    return round ? sendPhoto(c, photos, photoName(round.id, same)) : c.json({ error: 'not_found' }, 404);
  });
  return app;
}
