import { Hono } from 'hono';
import { isSeries, SERIES, seriesNames } from '../../city/series.ts';
import { isCityOffice } from '../../creation/premises/rights.ts';
import { ENDED } from '../../creation/rounds/round.ts';
import { loadRounds } from '../../creation/rounds/round-store.ts';
import { addStandards, planStandards } from '../../inspections/standards/import-standards.ts';
import { standardRows } from '../../inspections/standards/standard-rows.ts';
import { loadStandard, loadVersions } from '../../inspections/standards/standard-store.ts';
import { inLanguage } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { needsStepUp } from '../../people/sign-in/sign-in.ts';
import { sendTable } from '../export.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';
import type { ImportAnswer } from './city-data.ts';

/** Versions of the standard of a series, the newest first, with the rounds under way that use each. */
export type StandardList = {
  readonly mayImport: boolean;
  readonly series: readonly {
    readonly id: string;
    readonly name: string;
    readonly versions: readonly {
      readonly version: number;
      readonly from: string;
      readonly items: number;
      readonly rounds: number;
    }[];
  }[];
};

/** Standards of 创建: `GET /`, `GET /<series>` as Excel, and `POST /`: a dry run, then exactly what was looked at. */
export function standardRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const { store } = services;
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { language } = readerFor(organiser, services);
    const open = (await loadRounds(store)).map(({ record }) => record).filter(({ state }) => !ENDED.includes(state));
    const series = await Promise.all(
      SERIES.map(async (id) => ({
        id,
        name: inLanguage(seriesNames(id), language),
        versions: (await loadVersions(store, id)).toReversed().map(({ version, from, items }) => ({
          version,
          from,
          items: items.length,
          rounds: open.filter((round) => round.series === id && round.standard === version).length,
        })),
      })),
    );
    return c.json<StandardList>({ mayImport: isCityOffice(organiser.grants), series });
  });
  app.get('/:series', async (c) => {
    const series = c.req.param('series');
    if (!isSeries(series)) return c.json({ error: 'not_found' }, 404);
    const { say } = readerFor(c.get('organiser'), services);
    const rows = standardRows(await loadStandard(store, series), say);
    return sendTable(c, { name: `standard-${series}`, kind: 'xlsx', rows }, services);
  });
  app.post('/', async (c) => {
    const organiser = c.get('organiser');
    if (!isCityOffice(organiser.grants)) return c.json({ error: 'not_allowed' }, 403);
    const { say } = readerFor(organiser, services);
    const body = await c.req.formData();
    const [file, planned] = [body.get('file'), body.get('planned')];
    if (!(file instanceof File)) return c.json({ error: 'bad_form' }, 400);
    const says = services.wording.languages.map((language) => services.wording.in(language));
    const now = services.now();
    const plan = await planStandards(store, Buffer.from(await file.arrayBuffer()), { say, says, now });
    const dry: ImportAnswer = {
      type: plan.ok ? 'good' : 'bad',
      changes: plan.differences.length,
      lines: [...plan.lines, ...plan.differences],
      differences: plan.differences,
      planned: plan.seal,
      done: false,
    };
    if (!plan.ok || plan.next.length === 0 || typeof planned !== 'string') return c.json(dry);
    if (needsStepUp(organiser.session, now)) return c.json({ error: 'step_up' }, 403);
    // What was looked at is what is added: a version that came in between makes a new dry run.
    if (planned !== plan.seal) return c.json(dry);
    await addStandards(store, plan, now);
    return c.json<ImportAnswer>({ ...dry, done: true });
  });
  return app;
}
