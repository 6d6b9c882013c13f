import type { PublicRun } from '../../broadcasts/public-runs.ts';
import { loadPublicRuns } from '../../broadcasts/public-runs.ts';
import { DAY_MS, dayOf, momentOf } from '../../calendar.ts';
import { loadCases } from '../../cases/case-store.ts';
import type { Figure, FigureName } from '../../cases/figures/figures.ts';
import { loadFigures } from '../../cases/figures/load-figures.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { OPEN_STATES } from '../../cases/hazard-case.ts';
import { isUnconfirmed, publicPlaceOf } from '../../cases/public-case.ts';
import type { PublicLevel } from '../../creation/level/public-levels.ts';
import { loadPublicLevels } from '../../creation/level/public-levels.ts';
import { loadRecheckPlan } from '../../creation/rechecks/recheck-plan-store.ts';
import type { PromiseLedger } from '../../deliberation/promise/promise.ts';
import { promiseLedger } from '../../deliberation/promise/promise.ts';
import { loadPromisedTopics, loadRefusals } from '../../deliberation/topic/topic-store.ts';
import type { InspectionDraw } from '../../inspections/draw/draw.ts';
import { loadDraws } from '../../inspections/draw/draw-store.ts';
import type { SeriesResult } from '../../inspections/figures/series-results.ts';
import { readSeriesResults } from '../../inspections/figures/series-results.ts';
import type { Services } from '../../notify/services.ts';
import type { HonourBasis } from '../../review/honours/honour-basis.ts';
import { loadHonourBases } from '../../review/honours/honour-basis-store.ts';
import type { LetterCount } from '../../review/letters/letter-counts.ts';
import { letterCounts } from '../../review/letters/letter-counts.ts';
import { loadAllLetters } from '../../review/letters/letter-store.ts';
import type { Formula } from '../../review/score/formula.ts';
import type { IndicatorCode } from '../../review/score/indicator.ts';
import { loadFrozenMonths, loadSnapshot } from '../../review/snapshot-store.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { WaveResults } from '../../surveys/results/results.ts';
import { loadResults } from '../../surveys/results/results-store.ts';
import type { Wave } from '../../surveys/wave/wave.ts';
import { loadWaves } from '../../surveys/wave/wave-store.ts';
import type { CityMap } from './city-page-map.ts';
import { drawCommunities } from './city-page-map.ts';

/** Everything that the public page tells, in no language. */
export type CityFacts = {
  readonly at: number; // ms since the epoch
  /** Open cases that a dispatcher has looked at, by community ('' if unknown) and category. */
  readonly open: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Cases that ended this month. Only a resident's word makes a closed case a solved one. */
  readonly month: { readonly confirmed: number; readonly unconfirmed: number; readonly unsolved: number };
  readonly figures: readonly Figure[];
  readonly waves: readonly { readonly wave: Wave; readonly results: WaveResults }[];
  readonly runs: readonly PublicRun[];
  readonly promises: PromiseLedger;
  /** Proposals and statements of residents that were not accepted. */
  readonly refused: number;
  /** Letters (提醒函) of a year by matter, without their addressees. */
  readonly letters: readonly LetterCount[];
  /** The newest draws of inspections (抽查) that are done. */
  readonly draws: readonly InspectionDraw[];
  /** Results of a year's drawn visits by series and item. They name no premises. */
  readonly results: readonly SeriesResult[];
  /** Levels of 创建 that stand. */
  readonly levels: readonly PublicLevel[];
  /** Years whose re-checks of levels are drawn, the newest first. Names and days are sealed until the year is over. */
  readonly rechecks: readonly { readonly year: number; readonly isOpen: boolean }[];
  /** The newest approvals of honours (表彰文号). What they name is sealed until the draw. */
  readonly bases: readonly HonourBasis[];
  /** The city in the newest frozen month; absent before the first one. */
  readonly score?: CityScore;
  readonly map: CityMap;
};

/** The city's score in whole points with its bounds, and how it is made. A cell that is not shown has no value here. */
export type CityScore = {
  readonly month: string;
  readonly version: number;
  readonly rowsHash: string;
  readonly formula: Pick<Formula, 'version' | 'terms'>;
  /** Indicators that rest on data of the city itself. The others take the mean of earlier months: no data, no gain. */
  readonly own: readonly IndicatorCode[];
  /** Absent where too much of the weight has no data. */
  readonly points?: { readonly score: number; readonly lo: number; readonly hi: number };
};

const FIGURES: readonly FigureName[] = ['accepted_in_time', 'contained_in_time', 'cured_in_time'];
const FIGURE_DAYS = 30;
const LETTER_DAYS = 365;
const WAVES_MAX = 2;
/** Draws, and approvals of honours, that are listed. */
const DRAWS_MAX = 5;
const BATCH = 500;

/** Loads what the page tells now. It reads every open case, and the logs of a month. */
export async function loadCityFacts(services: Services): Promise<CityFacts> {
  const { store } = services;
  const at = services.now();
  const monthStart = momentOf(`${dayOf(at).slice(0, 7)}-01T00:00`);
  const open = new Map<string, Map<string, number>>();
  for (const state of OPEN_STATES) {
    for await (const record of casesIn(store, state)) {
      const place = publicPlaceOf(record);
      if (!place) continue;
      const kinds = open.get(place.region ?? '') ?? new Map<string, number>();
      kinds.set(record.category, (kinds.get(record.category) ?? 0) + 1);
      open.set(place.region ?? '', kinds);
    }
  }
  const { redis, keys } = store;
  const unsolved = await orStoreAway(redis.zcount(keys.casesIn('closed_unsolved'), monthStart, '+inf'));
  const month = { confirmed: 0, unconfirmed: 0, unsolved };
  for await (const record of casesIn(store, 'closed', monthStart))
    month[isUnconfirmed(record) ? 'unconfirmed' : 'confirmed'] += 1;
  const figures = await loadFigures(store, at - FIGURE_DAYS * DAY_MS, at, at);
  const published = (await loadWaves(store)).map(({ record }) => record).filter(({ state }) => state === 'published');
  const waves = await Promise.all(
    published.slice(0, WAVES_MAX).map(async (wave) => {
      const results = await loadResults(store, wave.id);
      return results ? [{ wave, results }] : [];
    }),
  );
  return {
    at,
    open,
    month,
    figures: figures.filter(({ name }) => FIGURES.includes(name)),
    waves: waves.flat(),
    runs: await loadPublicRuns(store),
    ...(await loadPromises(store, at)),
    letters: letterCounts(await loadAllLetters(store), at - LETTER_DAYS * DAY_MS),
    draws: (await loadDraws(store))
      .map(({ record }) => record)
      .filter(({ state }) => state === 'done')
      .slice(0, DRAWS_MAX),
    results: await readSeriesResults(store, at - LETTER_DAYS * DAY_MS, at),
    levels: await loadPublicLevels(store, services.city),
    rechecks: await loadRecheckYears(store, Number(dayOf(at).slice(0, 4))),
    bases: (await loadHonourBases(store)).slice(0, DRAWS_MAX),
    ...(await loadCityScore(services)),
    map: await drawCommunities(services),
  };
}

async function loadRecheckYears(store: Store, thisYear: number): Promise<CityFacts['rechecks']> {
  const plans = await Promise.all([thisYear, thisYear - 1].map((year) => loadRecheckPlan(store, year)));
  return plans.flatMap((plan) => (plan?.list ? [{ year: plan.year, isOpen: plan.year < thisYear }] : []));
}

async function loadPromises(store: Store, at: number): Promise<Pick<CityFacts, 'promises' | 'refused'>> {
  const promises = (await loadPromisedTopics(store)).flatMap(({ record }) => record.promise ?? []);
  const refusals = await loadRefusals(store, () => true);
  const refused = [...refusals.values()].reduce((all, n) => all + n, 0);
  return { promises: promiseLedger(promises, at), refused };
}

/** Only a frozen month is published: figures of an open month still change. */
async function loadCityScore({ store }: Services): Promise<Pick<CityFacts, 'score'>> {
  const [newest] = await loadFrozenMonths(store);
  const snapshot = newest && (await loadSnapshot(store, newest.month));
  const city = snapshot?.regions.find(({ level }) => level === 'city');
  if (!snapshot || !city) return {};
  const { month, version, rowsHash, formula } = snapshot;
  const own = city.cells.filter(({ status }) => status === 'own').map(({ code }) => code);
  const points = city.score && {
    score: Math.round(city.score.score),
    lo: Math.round(city.score.lo),
    hi: Math.round(city.score.hi),
  };
  return { score: { month, version, rowsHash, formula, own, ...(points ? { points } : {}) } };
}

/** The cases that entered a state since a time (ms), in batches: memory holds one. */
async function* casesIn(store: Store, state: HazardCase['state'], since = 0): AsyncGenerator<HazardCase> {
  const { redis, keys } = store;
  for (let offset = 0; ; offset += BATCH) {
    const range = [keys.casesIn(state), String(since), '+inf', 'BYSCORE', 'LIMIT', offset, BATCH] as const;
    const ids = await orStoreAway(redis.zrange(...range));
    if (ids.length === 0) return;
    for (const { record } of await loadCases(store, ids)) yield record;
  }
}
