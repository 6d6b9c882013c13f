import { Hono } from 'hono';
import { seriesNames } from '../../city/series.ts';
import type { InspectionDraw } from '../../inspections/draw/draw.ts';
import { mayPlanDraws, maySteer } from '../../inspections/draw/draw.ts';
import { drawProof } from '../../inspections/draw/draw-proof.ts';
import { loadDraw, loadDraws, loadFrameText } from '../../inspections/draw/draw-store.ts';
import type { InspectionStatus } from '../../inspections/figures/inspection-status.ts';
import { statusOf } from '../../inspections/figures/inspection-status.ts';
import { loadVersions } from '../../inspections/standards/standard-store.ts';
import { loadVisitsOf } from '../../inspections/visits/visit-store.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage, sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { lotOf } from '../../surveys/wave/draw.ts';
import { drawAddress } from '../public/public-draws.ts';
import type { PublishedDraw } from '../public/published-draw.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv, Organiser } from '../sign-in/session.ts';

/** One draw of the list. Days in China time. */
export type DrawRow = {
  readonly id: string;
  readonly state: InspectionDraw['state'];
  readonly region: string;
  readonly series: readonly string[];
  readonly from: string;
  readonly until: string;
  readonly holiday?: string;
  /** What designated its premises; none of them was drawn by lot. */
  readonly because?: NonNullable<InspectionDraw['because']>;
};

/** The draws that an organiser or auditor sees; only organisers plan one. */
export type DrawBoard = { readonly mayPlan: boolean; readonly draws: readonly DrawRow[] };

/** A draw with what is public of it now. Frame, halves and list stay sealed until it is done. */
export type DrawPage = DrawRow &
  PublishedDraw & {
    /** Series by name. */
    readonly coverage: readonly (Omit<InspectionStatus['coverage'][number], 'series'> & { readonly series: string })[];
    /** Only of a draw that is done: until then its items would tell which visits found what. */
    readonly items: readonly (Omit<InspectionStatus['items'][number], 'key'> & { readonly name: string })[];
    readonly repeats: InspectionStatus['repeats'];
    readonly alike: number;
  };

/** 抽查: `GET /` and `GET /<draw>`. The talk `my-draws` plans and moves a draw. */
export function inspectionRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const reader = readerFor(organiser, services);
    const draws = (await loadDraws(services.store)).filter(({ record }) => mayRead(record, organiser, services));
    const mayPlan = organiser.grants.some(mayPlanDraws);
    return c.json({ mayPlan, draws: draws.map(({ record }) => rowOf(record, reader)) } satisfies DrawBoard);
  });
  app.get('/:id', async (c) => {
    const organiser = c.get('organiser');
    const draw = (await loadDraw(services.store, c.req.param('id')))?.record;
    if (!draw || !mayRead(draw, organiser, services)) return c.json({ error: 'not_found' }, 404);
    return c.json(await pageOf(draw, readerFor(organiser, services), services));
  });
  return app;
}

/** As in chat, and auditors of the region, who verify. */
function mayRead(draw: InspectionDraw, { grants }: Organiser, { city }: Services): boolean {
  const audits = grants.some(
    ({ role, scope }) => role === 'auditor' && (scope === '*' || city.regions.chain(draw.region).includes(scope)),
  );
  return audits || maySteer(draw, grants, city.regions);
}

function rowOf({ id, state, region, series, from, until, before, because }: InspectionDraw, reader: Reader): DrawRow {
  return {
    id,
    state,
    region: String(sayAny({ place: { region } }, reader)),
    series: series.map((one) => inLanguage(seriesNames(one), reader.language)),
    from,
    until,
    ...(before ? { holiday: inLanguage(before.holiday, reader.language) } : {}),
    ...(because ? { because } : {}),
  };
}

async function pageOf(draw: InspectionDraw, reader: Reader, { store }: Services): Promise<DrawPage> {
  const visits = (await loadVisitsOf(store, draw.id)).map(({ record }) => record);
  const status = statusOf(visits);
  const isDone = draw.state === 'done';
  const [first, second] = draw.halfHashes ?? [];
  const frame = isDone ? await loadFrameText(store, draw.id) : undefined;
  const text = frame && drawProof(draw, frame, (name) => lotOf(draw.seed ?? '', name));
  const words = new Map<string, string>();
  for (const series of isDone ? draw.series : []) {
    for (const { version, items } of await loadVersions(store, series))
      for (const { no, words: names } of items)
        words.set(`${series} ${version} ${no}`, inLanguage(names, reader.language));
  }
  return {
    ...rowOf(draw, reader),
    hashes: {
      ...(draw.frameHash ? { frame: draw.frameHash } : {}),
      ...(first ? { first } : {}),
      ...(second ? { second } : {}),
      ...(draw.listHash ? { list: draw.listHash } : {}),
    },
    ...(draw.frameHash && draw.state !== 'called_off' ? { address: drawAddress(draw.id) } : {}),
    coverage: status.coverage.map((one) => ({ ...one, series: inLanguage(seriesNames(one.series), reader.language) })),
    items: isDone ? status.items.map(({ key, ...rest }) => ({ name: words.get(key) ?? key, ...rest })) : [],
    repeats: status.repeats,
    alike: visits.reduce((sum, { alike = [] }) => sum + alike.length, 0),
    ...(frame && text && draw.halves ? { open: { frame, halves: draw.halves, text } } : {}),
  };
}
