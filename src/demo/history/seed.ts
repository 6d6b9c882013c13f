import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import { newCaseNumber } from '../../cases/case-number.ts';
import { addHistory } from '../../cases/case-store.ts';
import type { CaseWithEvents } from '../../cases/figures/figures.ts';
import type { Report } from '../../cases/hazard-case.ts';
import { replay } from '../../cases/replay.ts';
import { responsibleRegions } from '../../cases/routing.ts';
import type { Category } from '../../city/category.ts';
import type { City } from '../../city/city.ts';
import { cityOf } from '../../city/city.ts';
import { NEW_CITY } from '../../city/new-city.ts';
import { loadRound } from '../../creation/rounds/round-store.ts';
import { keepTopic } from '../../deliberation/topic/topic-store.ts';
import { contactFields } from '../../people/person-store.ts';
import type { Random } from '../../random.ts';
import { countFrom, pickFrom, randomFrom, sometimes } from '../../random.ts';
import type { Region } from '../../regions/region.ts';
import { bulkWrite } from '../../store/bulk-write.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { demoCityData } from '../city.ts';
import words from '../city-names.json' with { type: 'json' };
import { pastAlerts, risesBefore, STORM } from './alerts.ts';
import { documentWrites } from './documents.ts';
import { honourWrites } from './honours.ts';
import { inspectionWrites } from './inspections.ts';
import { letterWrites } from './letters.ts';
import { lifeOf } from './life.ts';
import { pastPromises } from './past-promises.ts';
import { promisedWork } from './promised-work.ts';
import { demoRoster } from './roster.ts';
import { COURT, demoDrills, demoDrillWatches, demoRoundId, roundWrites } from './rounds.ts';
import { pastPatrols, seedReview } from './seed-review.ts';
import { panelOf } from './survey-residents.ts';
import { COMMUNITY, COURT_COMMUNITY, topicWrites } from './topics.ts';

const PEOPLE = 1800;
const PANEL = 600;
const DAYS = 120;
const OPEN_WANTED = 120;
/** Relative frequency of reports by hour of the day. */
const HOUR_WEIGHTS = [1, 1, 1, 1, 1, 2, 5, 9, 9, 8, 7, 6, 5, 5, 6, 7, 8, 10, 11, 10, 8, 6, 3, 2];

/** Returns a city's history of 120 days: people and about 2,700 cases, some 120 of them open. Equal hours give equal histories. */
export function* demoPast(store: Store, now: number, seed = 20261122): Generator<Write> {
  const random = randomFrom(seed);
  const until = Math.floor(now / HOUR_MS) * HOUR_MS;
  yield* peopleWrites(store, until, random);
  const made: CaseWithEvents[] = [];
  const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
  yield* caseWrites(store, until, random, { city, made });
  yield* panelWrites(store, until, random);
  yield* pastPatrols(store, until, random);
  yield* letterWrites(store, made, until);
  const cases = made.map(({ record }) => record);
  yield* pastAlerts(store, city, cases, until);
  yield* demoRoster(store, city.regions.all('street')[0] ?? '', until);
}

/** Writes the history of a new demo. */
export async function seedDemo(store: Store, now: number): Promise<void> {
  await bulkWrite(store, demoPast(store, now));
  const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
  await bulkWrite(store, inspectionWrites(store, city, now));
  await bulkWrite(store, demoDrills(store, city, now));
  await bulkWrite(store, demoDrillWatches(store, now));
  await bulkWrite(store, documentWrites(store, city, now));
  await bulkWrite(store, await roundWrites(store, city, now));
  const gaps = (await loadRound(store, demoRoundId(COURT)))?.record;
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const work = promisedWork(store, city, { community: COMMUNITY, court: COURT_COMMUNITY, gaps }, hour);
  await bulkWrite(store, work.writes);
  // The bulletins of the frozen months count these promises.
  const promises = pastPromises(now).flatMap((topic) => keepTopic(store, topic).writes);
  await bulkWrite(store, promises);
  await seedReview(store, now);
  await bulkWrite(store, topicWrites(store, now, work));
  await bulkWrite(store, await honourWrites(store, now));
}

function peopleWrites({ keys }: Store, now: number, random: Random): readonly Write[] {
  return Array.from({ length: PEOPLE }, (_, n) => {
    const since = now - Math.floor(random() * DAYS) * DAY_MS;
    const contact = {
      language: 'zh-CN',
      consents: { basic: { version: 2, at: since } },
      subscribed: !sometimes(random, 0.06),
      since,
      day: new Date(since).toISOString().slice(0, 10),
    };
    const urn = `demo:${n + 1}` as const;
    // Fictional people are not indexed for retention: no channel could ask them for renewed consent.
    return ['HSET', keys.person(urn), 'version', '1', ...Object.entries(contactFields(contact)).flat()] as const;
  });
}

/** A third of the people are members of the survey panel. */
function panelWrites(store: Store, now: number, random: Random): readonly Write[] {
  const urns = Array.from({ length: PANEL }, (_, n) => `demo:${n + 1}` as const);
  const communities = demoCityData().regions.filter(({ level }) => level === 'community');
  return panelOf(
    store,
    urns,
    communities.map(({ id }) => id),
    now,
    random,
  );
}

type Making = { readonly city: City; readonly made: CaseWithEvents[] };

function* caseWrites(store: Store, now: number, random: Random, { city, made }: Making): Generator<Write> {
  const leaves = NEW_CITY.categories.filter(({ group, code }) => group !== undefined && code !== 'other_hazard');
  const { regions } = demoCityData();
  const communities = regions.filter(({ level }) => level === 'community');
  const reports = communities.flatMap((community) => {
    const grids = regions.filter(({ parent }) => parent === community.id);
    return reportsIn(grids, now, { leaves, random, city });
  });
  const streets = regions.filter(({ level }) => level === 'street').map(({ id }) => id);
  for (const { category, street, filedAt } of risesBefore(now, random, streets)) {
    const leaf = leaves.find(({ code }) => code === category);
    const grids = regions.filter(({ id, level }) => level === 'grid' && city.regions.chain(id).includes(street));
    if (leaf) reports.push(reportOf(grids, { leaf, filedAt, random, city }));
  }
  reports.sort((a, b) => a.filedAt - b.filedAt);
  for (const [i, report] of reports.entries()) {
    const reporter = `demo:${1 + Math.floor(random() * PEOPLE)}` as const;
    // The newest cases are open, and some of those before them.
    const back = reports.length - i;
    const open = back <= OPEN_WANTED * 0.7 || (back <= OPEN_WANTED * 3 && sometimes(random, 0.13));
    const events = lifeOf(report, open, now, { city, random });
    made.push({ record: replay(events), events, reachable: false });
    yield* addHistory(store, events, reporter, now);
  }
}

type SeedContext = { readonly leaves: readonly Category[]; readonly random: Random; readonly city: City };

/** Makes the reports of one community from its grids. */
function reportsIn(grids: readonly Region[], now: number, { leaves, random, city }: SeedContext): readonly Report[] {
  const reports: Report[] = [];
  const perDay = 0.2 + random() * 0.3;
  for (let day = DAYS; day >= 0; day -= 1) {
    // There was a week of storms, and a campaign raised reporting in the last 30 days.
    const storm = day > STORM.from - STORM.days && day <= STORM.from;
    const expected = perDay * (storm ? 1.8 : 1) * (day < 30 ? 1.25 : 1);
    for (let n = countFrom(random, expected); n > 0; n -= 1) {
      const filedAt = now - day * DAY_MS - Math.floor(random() * HOUR_MS) - pickHour(random) * HOUR_MS;
      const wet = storm && sometimes(random, 0.5);
      const leaf = leaves.find(({ code }) => wet && code === 'flooding') ?? pickFrom(random, leaves);
      reports.push(reportOf(grids, { leaf, filedAt, random, city }));
    }
  }
  return reports;
}

/** Makes a report in one of the grids. */
function reportOf(grids: readonly Region[], rest: Omit<SeedReport, 'grid' | 'ring'>): Report {
  const { id: grid, ground } = pickFrom(rest.random, grids);
  const ring = (ground?.coordinates[0] ?? []) as readonly (readonly [number, number])[];
  return makeReport({ ...rest, grid, ring });
}

type SeedReport = {
  readonly leaf: Category;
  readonly grid: string;
  readonly ring: readonly (readonly [number, number])[];
  readonly filedAt: number;
  readonly random: Random;
  readonly city: City;
};

function makeReport({ leaf, grid, ring, filedAt, random, city }: SeedReport): Report {
  const corner = pickFrom(random, ring);
  const middle = ring.reduce(([x, y], [a, b]) => [x + a / ring.length, y + b / ring.length] as const, [0, 0] as const);
  const t = random() * 0.7;
  const id = Array.from({ length: 11 }, () => pickFrom(random, [...'abcdefghijkmnpqrstuvwxyz23456789'])).join('');
  const questions = Object.fromEntries(
    (leaf.questions ?? []).map(({ id, options }) => [id, pickFrom(random, options).id]),
  );
  return {
    id: `case_${id}`,
    number: numberFrom(random),
    category: leaf.code,
    place: {
      region: grid,
      point: {
        longitude: Number((middle[0] + (corner[0] - middle[0]) * t).toFixed(6)),
        latitude: Number((middle[1] + (corner[1] - middle[1]) * t).toFixed(6)),
      },
    },
    description: { text: `${pickFrom(random, leaf.words ?? [''])}，${pickFrom(random, words.tails)}` },
    photos: [],
    urgent: sometimes(random, 0.03),
    ...(Object.keys(questions).length > 0 ? { extras: questions } : {}),
    filedAt,
    ...responsibleRegions(grid, city.regions),
  };
}

function pickHour(random: Random): number {
  let left = random() * HOUR_WEIGHTS.reduce((sum, weight) => sum + weight, 0);
  return HOUR_WEIGHTS.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
}

function numberFrom(random: Random): string {
  return newCaseNumber((below) => Math.floor(random() * below));
}
