import { Hono } from 'hono';
import type { Reader } from '../../notify/reader.ts';
import { sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { EVERYWHERE } from '../../people/role.ts';
import { loadRereads } from '../../review/rereads/reread-store.ts';
import { isLoss } from '../../review/score/cells/case-cells.ts';
import type { CaseIndicator } from '../../review/score/cells/case-fact.ts';
import { CASE_INDICATORS } from '../../review/score/cells/case-fact.ts';
import { freezeMonth, refusalText } from '../../review/score/freeze.ts';
import type { IndicatorCode } from '../../review/score/indicator.ts';
import type { Month } from '../../review/score/month.ts';
import { monthEnd, readMonth } from '../../review/score/month.ts';
import type { Tier } from '../../review/score/rank.ts';
import { LEAST_RANKABILITY } from '../../review/score/rank.ts';
import { loadObjections } from '../../review/score/rows/objection-store.ts';
import type { ShownMonth } from '../../review/score/score-view.ts';
import { loadMonth, mayReadScore, readableMonths } from '../../review/score/score-view.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv, Organiser } from '../sign-in/session.ts';
import type { LossRows, ScoreRow, ShownScore } from './score-rows.ts';
import { lossRows, nameOf, placeName, round, rowOf, scoreRegionPage, shownScore } from './score-rows.ts';

/** A street elsewhere: its tier, and no figure. */
export type NeighbourRow = { readonly id: string; readonly name: string; readonly tier: Tier };

/** Shares in percent; `y` of `n` behind them. */
export type FunnelMark = {
  readonly name: string;
  readonly y: number;
  readonly n: number;
  readonly outside: boolean;
};

export type ScorePage = {
  readonly months: readonly { readonly month: Month; readonly version?: number }[];
  readonly month: Month;
  readonly frozen?: {
    readonly version: number;
    readonly at: number;
    readonly hash: string;
    readonly reason?: string;
  };
  /** Why a month that is over cannot be frozen now, in words. */
  readonly refusal?: string;
  readonly mayFreeze: boolean;
  readonly formula: {
    readonly version: number;
    readonly terms: readonly { readonly name: string; readonly w: number; readonly a: number; readonly b: number }[];
  };
  /** No rank is shown where too much of the spread is chance. */
  readonly ranked: boolean;
  readonly city?: ShownScore;
  readonly regions: readonly ScoreRow[];
  readonly neighbours: readonly NeighbourRow[];
  readonly funnels: readonly {
    readonly code: IndicatorCode;
    readonly name: string;
    readonly m: number;
    readonly tau2: number;
    readonly marks: readonly FunnelMark[];
  }[];
  /** Rows of the organiser's own unit. */
  readonly unitRows?: readonly LossRows[];
};

type Shown = { readonly services: Services; readonly organiser: Organiser; readonly reader: Reader };

/** 平安指数: `GET /<month>` and `GET /<month>/<region>`; none, or `now`, is the newest month. `?version=` names an earlier version. */
export function scoreRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const load = async (text: string, version: string | undefined) => {
    const { store, city, now } = services;
    const months = await readableMonths(store, now());
    // The newest frozen month is what people come for.
    const month = text === 'now' ? (months.find((one) => one.version) ?? months[0])?.month : readMonth(text);
    if (!month || !months.some((one) => one.month === month)) return undefined;
    const asked = version === undefined ? undefined : Number(version);
    const shown = await loadMonth({ store, city, month, asOf: now() }, asked);
    return shown && { months, shown };
  };
  app.get('/:month?', async (c) => {
    const organiser = c.get('organiser');
    const found = await load(c.req.param('month') ?? 'now', c.req.query('version'));
    if (!found) return c.json({ error: 'not_found' }, 404);
    const reader = readerFor(organiser, services);
    return c.json(await pageOf(found.shown, found.months, { services, organiser, reader }));
  });
  app.get('/:month/:region', async (c) => {
    const organiser = c.get('organiser');
    const found = await load(c.req.param('month'), c.req.query('version'));
    const region = found?.shown.score.regions.find((one) => one.region === c.req.param('region'));
    if (!found || !region || !mayReadScore(organiser.grants, region.region, services.city.regions))
      return c.json({ error: 'not_found' }, 404);
    const reader = readerFor(organiser, services);
    const objections = await loadObjections(services.store, found.shown.score.month);
    const rereads = (await loadRereads(services.store, found.shown.score.month))?.record;
    const isLead = organiser.grants.some(({ role }) => role === 'lead');
    return c.json(await scoreRegionPage(region, found.shown, { objections, rereads, reader, isLead }));
  });
  return app;
}

async function pageOf(shown: ShownMonth, months: ScorePage['months'], context: Shown): Promise<ScorePage> {
  const { services, organiser, reader } = context;
  const { score, frozen } = shown;
  const { regions: tree } = services.city;
  const mine = score.regions.filter(({ region }) => mayReadScore(organiser.grants, region, tree));
  const streets = score.regions.filter(({ level }) => level === 'street');
  const elsewhere = mine.length === 0 ? [] : streets.filter((one) => !mine.includes(one));
  const city = score.regions.find(({ level }) => level === 'city');
  const cityScore = city && shownScore(city);
  const now = services.now();
  const mayFreeze =
    !frozen &&
    now >= monthEnd(score.month) &&
    organiser.grants.some(({ role, scope }) => role === 'office' && scope === EVERYWHERE);
  return {
    months,
    month: score.month,
    ...(frozen ? { frozen: frozenOf(frozen) } : {}),
    ...(mayFreeze ? await refusalOf(shown, now, context) : {}),
    mayFreeze,
    formula: {
      version: score.formula.version,
      terms: score.formula.terms.map(({ code, w, a, b }) => ({ name: nameOf(code, reader), w, a, b })),
    },
    ranked: score.rankability >= LEAST_RANKABILITY,
    ...(cityScore ? { city: cityScore } : {}),
    regions: mine.map((region) => rowOf(region, reader)),
    neighbours: elsewhere.flatMap(({ region, place }) =>
      place ? [{ id: region, name: placeName(region, reader), tier: place.tier }] : [],
    ),
    funnels: score.indicators.map(({ code, funnel }) => ({
      code,
      name: nameOf(code, reader),
      m: funnel.m,
      tau2: funnel.tau2,
      marks: mine
        .filter(({ level }) => level === 'street')
        .flatMap(({ region, cells }): readonly FunnelMark[] => {
          const cell = cells.find((one) => one.code === code);
          if (!cell?.funnel) return [];
          return [
            { name: placeName(region, reader), y: round(cell.y), n: round(cell.n), outside: cell.funnel.outside },
          ];
        }),
    })),
    ...(await unitRowsOf(shown, context)),
  };
}

async function refusalOf(
  { score: { month }, computed }: ShownMonth,
  now: number,
  { services: { store, city }, reader }: Shown,
): Promise<Pick<ScorePage, 'refusal'>> {
  const result = await freezeMonth({ store, city, month, now, ...(computed ? { computed } : {}) });
  return result.type === 'refused' ? { refusal: String(sayAny(refusalText(result, month), reader)) } : {};
}

/** Unit staff read the rows of their own unit, in all streets. */
async function unitRowsOf(
  { score, frozen, rowsOf }: ShownMonth,
  { organiser, services, reader }: Shown,
): Promise<Pick<ScorePage, 'unitRows'>> {
  const units = organiser.grants.filter(({ role }) => role === 'unit_staff').map(({ scope }) => scope);
  if (units.length === 0) return {};
  const own = await loadObjections(services.store, score.month);
  const lost = new Map<CaseIndicator, string[]>();
  for (const { region, level } of score.regions) {
    if (level !== 'street') continue;
    for (const row of await rowsOf(region))
      if (units.includes(row[2]))
        for (const code of CASE_INDICATORS) if (isLoss(row, code)) lost.set(code, [...(lost.get(code) ?? []), row[0]]);
  }
  const isFrozen = frozen !== undefined;
  return { unitRows: [...lost].map(([code, numbers]) => lossRows(code, numbers, { own, isFrozen, reader })) };
}

function frozenOf({
  version,
  frozenAt,
  rowsHash,
  reason,
}: NonNullable<ShownMonth['frozen']>): NonNullable<ScorePage['frozen']> {
  return { version, at: frozenAt, hash: rowsHash, ...(reason === undefined ? {} : { reason }) };
}
