import { DAY_MS } from '../../calendar.ts';
import type { CaseWithEvents } from '../../cases/figures/figures.ts';
import { figuresOf } from '../../cases/figures/figures.ts';
import { isReachable } from '../../cases/figures/load-figures.ts';
import type { City } from '../../city/city.ts';
import { isOnPremises } from '../../inspections/premises/attribution.ts';
import { loadVisitsTo } from '../../inspections/visits/visit-store.ts';
import type { Store } from '../../store/store.ts';
import { loadReportCounts } from '../few-reports/report-counts.ts';
import type { LetterTo } from '../letters/letter.ts';
import { loadCasesOf } from '../letters/letter-cases.ts';
import { loadAllLetters } from '../letters/letter-store.ts';
import { addMonths, monthOf } from '../score/month.ts';
import { loadSnapshotsBefore } from '../snapshot-store.ts';
import type { Evidence, SolvedRows } from './evidence.ts';
import type { Honour } from './honour.ts';
import { readTeamRows } from './honoured-teams.ts';
import { lastDrawnVisit, screenFunnel, screenLetter, screenListing, screenReports, screenVisit } from './screens.ts';
import type { HonourSubject } from './subject.ts';
import { partsOfSubject } from './subject.ts';

/** Length of a quarter. Two of them are the time for which cases are kept. */
export const QUARTER_MS = 90 * DAY_MS;

/** Reads the evidence of a subject at a time (ms since the epoch) from the rows of the system. */
export async function readEvidence(
  store: Store,
  { subject, region: ground }: Pick<Honour, 'subject' | 'region'>,
  city: City,
  now: number,
): Promise<Evidence> {
  const [kind, id] = partsOfSubject(subject);
  const street = city.regions.above(ground, 'street');
  const desk: LetterTo | undefined = street === undefined ? undefined : `desk.${street}`;
  const to = kind === 'team' ? undefined : kind === 'unit' ? (`unit.${id}` as const) : desk;
  const [found, all, [month], visits, counts] = await Promise.all([
    to ? loadCasesOf(store, to, now - 2 * QUARTER_MS) : [],
    loadAllLetters(store),
    loadSnapshotsBefore(store, addMonths(monthOf(now), 1), 1),
    kind === 'premises' ? loadVisitsTo(store, id) : [],
    kind === 'premises' ? loadReportCounts(store) : undefined,
  ]);
  const visit = lastDrawnVisit(visits.map(({ record }) => record));
  const cases = await withResidents(
    store,
    found.filter((one) => isOfSubject(one, subject, city)),
  );
  const few = counts?.record.few.some(({ premises }) => premises === id) === true;
  const letters = all.filter((letter) => letter.to === subject);
  const region = month?.regions.find((one) => one.region === street);
  return {
    at: now,
    ...(kind === 'team' ? await readTeamRows(store, id, now) : quartersOf(cases, now)),
    screens: {
      funnel: screenFunnel(region),
      reports: screenReports(region, few),
      letter: screenLetter(letters),
      listing: screenListing(
        letters,
        kind === 'unit' || kind === 'premises' ? cases.map(({ record }) => record) : [],
        now,
      ),
      visit: kind === 'premises' ? screenVisit(visit) : 'not_known',
    },
    ...(visit ? { visit: { id: visit.id, of: visit.of, until: visit.until } } : {}),
  };
}

/**
 * The rows of confirmed_of_asked that closed in the last quarter, and in the one before it. A case without a resident to ask,
 * which staff or inspections found, says nothing about the work and lowers no bound.
 */
export function quartersOf(
  cases: readonly CaseWithEvents[],
  now: number,
): { readonly newer: SolvedRows; readonly older: SolvedRows } {
  const between = (from: number, until: number): SolvedRows => {
    const own = cases.filter(({ record: { closedAt = 0 } }) => closedAt > from && closedAt <= until);
    const figure = figuresOf(own, now).find(({ name }) => name === 'confirmed_of_asked');
    return { closed: figure?.denominator ?? [], solved: figure?.numerator ?? [] };
  };
  return { newer: between(now - QUARTER_MS, now), older: between(now - 2 * QUARTER_MS, now - QUARTER_MS) };
}

/** Finds which closed cases have a resident to ask. Open ones have no part in the figure. */
function withResidents(store: Store, cases: readonly CaseWithEvents[]): Promise<readonly CaseWithEvents[]> {
  return Promise.all(
    cases.map(async (one) =>
      one.record.closedAt === undefined ? one : { ...one, reachable: await isReachable(store, one.record.id) },
    ),
  );
}

function isOfSubject({ record }: CaseWithEvents, subject: HonourSubject, { regions, premises }: City): boolean {
  const [kind, id] = partsOfSubject(subject);
  const { region } = record.place;
  if (kind === 'grid') return region !== undefined && regions.chain(region).includes(id);
  const own = kind === 'premises' ? premises.get(id) : undefined;
  return own ? isOnPremises(own, record.place, regions) : kind !== 'premises';
}
