import { DAY_MS, dayOf } from '../../calendar.ts';
import { showCaseNumber } from '../../cases/case-number.ts';
import { cureDue } from '../../cases/deadlines.ts';
import type { Figure, FigureName } from '../../cases/figures/figures.ts';
import { loadFigures } from '../../cases/figures/load-figures.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { isOpen } from '../../cases/hazard-case.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { countedFor } from '../../inspections/documents/document.ts';
import { loadDocuments } from '../../inspections/documents/document-store.ts';
import { isOnPremises } from '../../inspections/premises/attribution.ts';
import type { Standard } from '../../inspections/standards/standard.ts';
import { metresBetween } from '../../regions/distance.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { WaveResults } from '../../surveys/results/results.ts';
import { loadResults } from '../../surveys/results/results-store.ts';
import { loadWaves } from '../../surveys/wave/wave-store.ts';
import type { KeptTask } from '../../volunteers/tasks/task.ts';
import { CAME } from '../../volunteers/tasks/task.ts';
import { loadTasks } from '../../volunteers/tasks/task-store.ts';
import { loadYearOfDrills } from '../drills/drill-store.ts';
import type { Drill } from '../drills/drill-watch.ts';
import { isUnseen, minutesOf } from '../drills/drill-watch.ts';
import type { FrozenEvidence } from '../rounds/round.ts';
import type { Sources } from './evidence.ts';
import { evidenceOf } from './evidence.ts';
import { readAnnouncements } from './read-announcements.ts';

/** Evidence reaches this far back. */
const YEAR_MS = 365 * DAY_MS;
/** Survey waves that are looked through, newest first. */
const WAVES_MAX = 12;

/** Premises whose evidence is wanted, with the standard of their round. */
export type Wanted = { readonly premises: Premises; readonly standard: Standard };

/** Reads the rows of the last twelve months once and computes the items of all wanted premises, by premises and item. */
export async function readEvidence(
  store: Store,
  wanted: readonly Wanted[],
  city: City,
  now: number,
): Promise<ReadonlyMap<string, Readonly<Record<number, FrozenEvidence>>>> {
  const grounds = new Set(wanted.map(({ premises }) => premises.region));
  const [cases, tasks, surveys, mediations, announced, documents, drills] = await Promise.all([
    readCases(store, wanted, city, now),
    readTasks(store, now),
    readSurveys(store),
    readMediations(store),
    readAnnouncements(store, grounds, now - YEAR_MS),
    Promise.all(wanted.map(({ premises }) => loadDocuments(store, premises.id))),
    loadYearOfDrills(store, now),
  ]);
  const drilled = new Map<string, Drill>(drills.flatMap(({ record }) => record.drills.map((one) => [one.task, one])));
  const minutes = (task: string) => {
    const drill = drilled.get(task);
    return drill && minutesOf(drill);
  };
  return new Map(
    wanted.map(({ premises, standard }, i) => {
      const here = tasks.filter(({ record }) => isOnPremises(premises, record.place, city.regions));
      const seen = here.filter(({ record }) => {
        const drill = drilled.get(record.id);
        return !drill || !isUnseen(drill);
      });
      const sources: Sources = {
        share: ({ kind, metres }) => {
          if (kind === 'places_filled') return { ...placesOf(here), city: shareOf(placesOf(tasks)) };
          if (kind === 'mediator_found') return mediationsIn(premises, mediations, city);
          return cases.share(premises.id, kind, metres);
        },
        count: (kind) =>
          kind === 'announcements'
            ? (announced.get(premises.region) ?? [])
            : countedTasks(kind, seen, cases.months(premises.id), minutes),
        minutes,
        documents: (item) => countedFor(item, documents[i] ?? [], now),
        survey: (indicator) => surveyCell(indicator, premises, surveys, city),
        overdue: cases.overdue(premises.id),
      };
      const items = standard.items.flatMap((item) => {
        const found = evidenceOf(item, sources);
        return found ? [[item.no, found] as const] : [];
      });
      return [premises.id, Object.fromEntries(items)] as const;
    }),
  );
}

/** Finds the cases of each of the premises while the figures of all cases of the city are computed. */
async function readCases(store: Store, wanted: readonly Wanted[], { regions }: City, now: number) {
  const near = new Map<string, Set<string>>();
  const overdue = new Map<string, string[]>();
  const months = new Map<string, Set<string>>();
  const reaches = [
    ...new Set(wanted.flatMap(({ standard }) => standard.items.flatMap(({ measure }) => metresOf(measure)))),
  ];
  const note = (record: HazardCase) => {
    for (const { premises } of wanted) {
      const number = showCaseNumber(record.number);
      const isHere = isOnPremises(premises, record.place, regions);
      for (const metres of [0, ...reaches])
        if (isHere || isWithin(premises, record, metres)) addTo(near, `${premises.id} ${metres}`, number);
      if (!isHere) continue;
      addTo(months, premises.id, dayOf(record.filedAt).slice(0, 7));
      const due = cureDue(record);
      if (record.highRisk && isOpen(record) && due !== undefined && due < now)
        overdue.set(premises.id, [...(overdue.get(premises.id) ?? []), number]);
    }
    return true;
  };
  const figures = await loadFigures(store, now - YEAR_MS, now, now, note);
  return {
    overdue: (premises: string) => overdue.get(premises) ?? [],
    months: (premises: string) => [...(months.get(premises) ?? [])],
    share: (premises: string, kind: FigureName, metres = 0) => {
      const { numerator = [], denominator = [] } = figures.find(({ name }) => name === kind) ?? ({} as Partial<Figure>);
      const own = near.get(`${premises} ${metres}`) ?? new Set();
      const rows = denominator.map(showCaseNumber).filter((number) => own.has(number));
      const y = numerator.map(showCaseNumber).filter((number) => own.has(number)).length;
      return { rows, y, n: rows.length, city: shareOf({ y: numerator.length, n: denominator.length }) };
    },
  };
}

function metresOf(measure: Standard['items'][number]['measure']): readonly number[] {
  return measure && 'metres' in measure && measure.metres !== undefined ? [measure.metres] : [];
}

function isWithin({ point }: Premises, { place }: HazardCase, metres: number): boolean {
  return point !== undefined && place.point !== undefined && metresBetween(point, place.point) <= metres;
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}

function shareOf({ y, n }: { readonly y: number; readonly n: number }): number {
  return n === 0 ? 0 : y / n;
}

/** Tasks of the last twelve months that have ended. */
async function readTasks(store: Store, now: number): Promise<readonly KeptTask[]> {
  const { redis, keys } = store;
  const ids = await orStoreAway(redis.zrange(keys.tasks, String(now - YEAR_MS), String(now), 'BYSCORE'));
  return (await loadTasks(store, ids)).filter(({ record }) => record.state !== 'cancelled' && record.until <= now);
}

/** People who came, of the places of tasks. Teams and places count, never a person. */
function placesOf(tasks: readonly KeptTask[]) {
  const y = tasks.reduce((sum, task) => sum + cameTo(task), 0);
  const n = tasks.reduce((sum, { record }) => sum + record.needed, 0);
  return { rows: tasks.map(({ record }) => record.id), y, n };
}

function cameTo({ parts }: KeptTask): number {
  return Object.values(parts).filter(({ state }) => CAME.includes(state)).length;
}

/** Tasks to which at least one person came; a self-check is a month with such a task or with a case on the premises. */
function countedTasks(
  kind: 'drills' | 'timed_drills' | 'tasks_done' | 'self_checks',
  tasks: readonly KeptTask[],
  caseMonths: readonly string[],
  minutes: Sources['minutes'],
): readonly string[] {
  const done = tasks.filter((task) => cameTo(task) > 0);
  const drills = done.filter(({ record }) => record.kind === 'drill').map(({ record }) => record.id);
  if (kind === 'drills') return drills;
  if (kind === 'timed_drills') return drills.filter((id) => minutes(id) !== undefined);
  if (kind === 'tasks_done') return done.filter(({ record }) => record.kind !== 'drill').map(({ record }) => record.id);
  return [...new Set([...caseMonths, ...done.map(({ record }) => dayOf(record.from).slice(0, 7))])].sort();
}

/** Disclosed results, newest first. */
async function readSurveys(store: Store): Promise<readonly WaveResults[]> {
  const waves = (await loadWaves(store, WAVES_MAX)).filter(({ record }) => /^(closed|published)$/.test(record.state));
  const found = await Promise.all(waves.map(({ record }) => loadResults(store, record.id)));
  return found.flatMap((results) => results ?? []);
}

/** The newest disclosed share of the premises' community, else of its street. Withheld cells stay unknown. */
function surveyCell(indicator: string, { region }: Premises, surveys: readonly WaveResults[], { regions }: City) {
  const around = [regions.above(region, 'community'), regions.above(region, 'street')].flatMap((one) => one ?? []);
  for (const { wave, indicators } of surveys) {
    const cells = indicators.find(({ code }) => code === indicator)?.cells ?? {};
    for (const one of around) {
      const cell = cells[one];
      if (cell?.type === 'shown') return { wave, share: cell.percent / 100, nEff: cell.nEff };
    }
  }
  return undefined;
}

/** Closed mediations by region: totals are all that is kept of them. */
async function readMediations({ redis, keys }: Store) {
  const all = await orStoreAway(redis.hgetall(keys.mediationsClosed));
  return Object.entries(all).map(([field, count]) => {
    const [region = '', , outcome = ''] = field.split(' ');
    return { region, outcome, count: Number(count) };
  });
}

function mediationsIn({ region }: Premises, all: Awaited<ReturnType<typeof readMediations>>, { regions }: City) {
  const totals = (some: typeof all) => {
    const asked = some.filter(({ outcome }) => outcome !== 'withdrawn');
    const n = asked.reduce((sum, { count }) => sum + count, 0);
    const none = asked.reduce((sum, { outcome, count }) => sum + (outcome === 'nobody_came' ? count : 0), 0);
    return { y: n - none, n };
  };
  const own = totals(all.filter((one) => regions.chain(one.region).includes(region)));
  return { ...own, rows: own.n > 0 ? [`mediations ${region}`] : [], city: shareOf(totals(all)) };
}
