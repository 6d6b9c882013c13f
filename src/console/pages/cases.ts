import { Hono } from 'hono';
import { clockAt } from '../../calendar.ts';
import { showCaseNumber } from '../../cases/case-number.ts';
import { clocksOf, stageOf as lightOf } from '../../cases/deadlines.ts';
import type { CaseList, CaseQuery } from '../../cases/desk/case-list.ts';
import { CASES_A_PAGE, listCases, READ_MAX } from '../../cases/desk/case-list.ts';
import { WORK_FILTERS } from '../../cases/desk/find-work.ts';
import type { WorkFacts } from '../../cases/desk/load-work.ts';
import { chosenCase, loadMyWork } from '../../cases/desk/load-work.ts';
import type { Stage } from '../../cases/desk/stages.ts';
import { STAGES, stageOf } from '../../cases/desk/stages.ts';
import { actionsFor, volunteerOptions } from '../../cases/desk/work-actions.ts';
import { cardOf, nearbyName } from '../../cases/desk/work-card.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { photoName } from '../../cases/photos/photo-name.ts';
import { REPORT_PHOTO_EVENTS } from '../../cases/replay.ts';
import { unitName } from '../../cases/unit-names.ts';
import type { Value } from '../../delivery/outcome.ts';
import type { Point } from '../../engine/input.ts';
import type { FixedKey } from '../../i18n.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage, sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { sendTable } from '../export.ts';
import { readerFor } from '../reader.ts';
import { sendPhoto } from '../send-photo.ts';
import type { ConsoleEnv, Organiser } from '../sign-in/session.ts';

/** One line of the list of cases. Times in ms since the epoch. */
export type CaseRow = {
  readonly number: string;
  readonly shown: string;
  readonly category: string;
  readonly place: string;
  readonly state: string;
  readonly stage: Stage;
  readonly unit: string;
  readonly filed: number;
  readonly due?: number;
  readonly light?: 'green' | 'amber' | 'red';
  readonly urgent: boolean;
  readonly highRisk: boolean;
  readonly mine: boolean;
  readonly photos: number;
  readonly point?: Point;
};

export type CasePage = Omit<CaseList, 'cases'> & {
  readonly rows: readonly CaseRow[];
  readonly page: number;
  readonly pages: number;
};

/** A case as its page shows it, in the organiser's language. */
export type CaseCard = CaseRow & {
  readonly version: number;
  readonly facts: readonly { readonly label: string; readonly text: string }[];
  readonly description: string;
  readonly clocks: readonly string[];
  readonly history: readonly string[];
  readonly pictures: readonly { readonly src: string; readonly caption: string; readonly before: boolean }[];
  readonly near: readonly { readonly number: string; readonly label: string }[];
  readonly actions: readonly { readonly id: string; readonly label: string }[];
  readonly opens: readonly { readonly label: string; readonly flow: string; readonly argument: string }[];
};

/** Actions that the card itself shows: photos and place. */
const SHOWN_ON_CARD: readonly string[] = ['photos_shown', 'place_shown'];
/** Rows of one exported file. */
const EXPORTED_MAX = READ_MAX;

type CasesSettings = { readonly services: Services; readonly photos: string };

/** The list of cases, a case, its photos, and the list as a file. */
export function caseRoutes({ services, photos }: CasesSettings): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) =>
    c.json(await pageOf(readQuery(new URL(c.req.url).searchParams), c.get('organiser'), services)),
  );
  app.get('/export/:kind{csv|xlsx}', async (c) => {
    const organiser = c.get('organiser');
    const rows = await exportRows(readQuery(new URL(c.req.url).searchParams), organiser, services);
    const { say } = readerFor(organiser, services);
    const head = EXPORT_COLUMNS.map((name) => say(`console:cases.columns.${name}`));
    const table = [head, ...rows.map((row) => EXPORT_COLUMNS.map((name) => cellOf(row, name)))];
    return sendTable(c, { name: 'cases', kind: c.req.param('kind'), rows: table }, services);
  });
  app.get('/:number', async (c) => {
    const card = await cardFor(c.req.param('number'), c.get('organiser'), services);
    return card ? c.json(card) : c.json({ error: 'not_found' }, 404);
  });
  app.get('/:number/photos/:same', async (c) => {
    const { number, same } = c.req.param();
    const found = await loadForOrganiser(number, c.get('organiser'), services);
    if (!found) return c.json({ error: 'not_found' }, 404);
    return sendPhoto(c, photos, photoName(found.kept.record.id, same));
  });
  return app;
}

function readQuery(params: URLSearchParams): CaseQuery {
  const one = (name: string) => params.get(name)?.trim() || undefined;
  const stage = STAGES.find((id) => id === one('stage'));
  const only = WORK_FILTERS.find((id) => id === one('only'));
  const [words, category, region] = [one('q')?.slice(0, 60), one('category'), one('region')];
  const page = Math.max(0, Math.trunc(Number(one('page') ?? 0)) || 0);
  return {
    ...(stage ? { stage } : {}),
    ...(only ? { only } : {}),
    ...(words ? { words } : {}),
    ...(category ? { category } : {}),
    ...(region ? { region } : {}),
    page,
  };
}

async function pageOf(query: CaseQuery, organiser: Organiser, services: Services): Promise<CasePage> {
  const { store, city, now } = services;
  const at = now();
  const me = store.pseudonym(organiser.urn);
  const { cases, ...list } = await listCases(store, city, { grants: organiser.grants, me }, query, at);
  const reader = readerFor(organiser, services);
  const pages = Math.max(1, Math.ceil(list.total / CASES_A_PAGE));
  const rows = cases.map((record) => rowOf(record, me, reader, services, at));
  return { ...list, rows, page: query.page, pages };
}

async function exportRows(query: CaseQuery, organiser: Organiser, services: Services): Promise<readonly CaseRow[]> {
  const rows: CaseRow[] = [];
  for (let page = 0; page * CASES_A_PAGE < EXPORTED_MAX; page += 1) {
    const some = await pageOf({ ...query, page }, organiser, services);
    rows.push(...some.rows);
    if (page + 1 >= some.pages) break;
  }
  return rows;
}

/** Columns of the exported file: what the list shows. */
const EXPORT_COLUMNS = ['number', 'category', 'place', 'state', 'unit', 'filed', 'due'] as const;

function cellOf(row: CaseRow, column: (typeof EXPORT_COLUMNS)[number]): string {
  switch (column) {
    case 'number':
      return row.shown;
    case 'filed':
      return timeOf(row.filed);
    case 'due':
      return row.due === undefined ? '' : timeOf(row.due);
    default:
      return row[column];
  }
}

/** Time in China, which spreadsheets read as a time: 2026-12-01 09:30. */
function timeOf(ms: number): string {
  return clockAt(ms).slice(0, 16).replace('T', ' ');
}

/** One line of the list. `me` is the pseudonym of its reader. */
export function rowOf(record: HazardCase, me: string, reader: Reader, { city }: Services, now: number): CaseRow {
  const { number, category, place, state, unit, filedAt, urgent, highRisk, holder, photos } = record;
  const [clock] = clocksOf(record);
  return {
    number,
    shown: showCaseNumber(number),
    category: inLanguage(city.categories.nameOf(category), reader.language),
    place: String(sayAny({ place }, reader)),
    state: reader.say(`common:case_state.${state}`),
    stage: stageOf(record),
    unit: unit === undefined ? '' : String(sayAny(unitName(city.units, unit), reader)),
    filed: filedAt,
    ...(clock ? { due: clock.due, light: lightOf(clock, now) } : {}),
    urgent,
    highRisk: highRisk ?? false,
    mine: holder === me,
    photos: photos.length,
    ...(place.point ? { point: place.point } : {}),
  };
}

/** Loads a case with its facts as the work flow has them; undefined if these roles may not see it. */
async function loadForOrganiser(number: string, { person, grants }: Organiser, { store, city, now }: Services) {
  const at = now();
  const position = { answers: { case: number } };
  const loaded = await loadMyWork({ store, city, person, position, now: at });
  const facts: WorkFacts = { ...city, grants, ...loaded };
  const here = { facts, answers: { case: number }, now: at };
  const kept = chosenCase(here);
  return kept ? { kept, here } : undefined;
}

async function cardFor(number: string, organiser: Organiser, services: Services): Promise<CaseCard | undefined> {
  const found = await loadForOrganiser(number, organiser, services);
  if (!found) return undefined;
  const { kept, here } = found;
  const reader = readerFor(organiser, services);
  const { facts, now } = here;
  const values = cardOf(here, HISTORY_SHOWN_MAX);
  const text = (name: string) => String(sayAny(values[name] as Value, reader));
  const lines = (name: string) => text(name).split('\n');
  const label = (name: string) => reader.say(`console:cases.facts.${name}` as FixedKey);
  const option = (id: string) => reader.say(`flows/my-work:next.options.${id}`);
  return {
    ...rowOf(kept.record, facts.me, reader, services, now),
    version: kept.version,
    description: text('description'),
    facts: FACTS.map((name) => ({ label: label(name), text: text(name) })).filter(
      ({ text: one }) => one !== '' && one !== reader.say('common:skipped'),
    ),
    clocks: kept.record && text('clocks') === reader.say('common:skipped') ? [] : lines('clocks'),
    history: lines('history'),
    pictures: picturesOf(kept.record, here, reader),
    near: facts.near.map((near) => ({
      number: near.record.number,
      label: inLanguage(nearbyName(facts, near), reader.language),
    })),
    actions: actionsFor(here)
      .filter((id) => !SHOWN_ON_CARD.includes(id))
      .map((id) => ({ id, label: option(id) })),
    opens: volunteerOptions(here).flatMap(({ id, opens }) => (opens ? [{ label: option(id), ...opens }] : [])),
  };
}

const HISTORY_SHOWN_MAX = 100;
/** Facts of the card besides its headline, in reading order. */
const FACTS = ['source', 'place', 'extras', 'more', 'unit', 'why', 'risk'] as const;

function picturesOf(
  { number, photos }: HazardCase,
  { facts }: { readonly facts: WorkFacts },
  { say }: Reader,
): CaseCard['pictures'] {
  const src = (same: string) => `/console/api/cases/${number}/photos/${encodeURIComponent(same)}`;
  const later = facts.events.filter(({ type }) => !REPORT_PHOTO_EVENTS.includes(type));
  return [
    ...photos.map(({ same }) => ({ src: src(same), caption: say('console:cases.reported'), before: true })),
    ...later.flatMap(({ type, photos: taken = [] }) =>
      taken.map(({ same }) => ({
        src: src(same),
        caption: say(`common:case_event.${type}` as FixedKey),
        before: false,
      })),
    ),
  ];
}
