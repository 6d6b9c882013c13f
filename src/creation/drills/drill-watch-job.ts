import type { Job } from '../../background/job.ts';
import { DAY_MS, MINUTE_MS, QUIET_HOURS, remainingMs } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { checkersOf, findCheckers, loadCheckers, loadLastCheckers } from '../../inspections/draw/checkers.ts';
import { keepHalf, loadFixedHalf } from '../../inspections/draw/draw-store.ts';
import { loadPairings } from '../../inspections/draw/pairing.ts';
import { isOnPremises } from '../../inspections/premises/attribution.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { hashOf, newHalf } from '../../surveys/wave/draw.ts';
import type { KeptTask } from '../../volunteers/tasks/task.ts';
import { loadTasks } from '../../volunteers/tasks/task-store.ts';
import { loadVolunteers } from '../../volunteers/volunteer/volunteer-store.ts';
import type { Quarter } from '../plan/quarter.ts';
import { quarterEnd, quarterOf } from '../plan/quarter.ts';
import { drillSeedOf, keepDrills, loadDrills, loadYearOfDrills } from './drill-store.ts';
import type { Drill, DrillQuarter } from './drill-watch.ts';
import { drawWatcher, drillSeed, isWatched, NO_WATCHER, withDrill } from './drill-watch.ts';
import { watchNews } from './watch-message.ts';

/** Watchers hear of a drill a day before it. */
const AHEAD_MS = DAY_MS;
/** A watcher answers within this time after the end. */
const ANSWER_MS = 2 * DAY_MS;
/** Older quarters are deleted, quarters. */
const KEPT_QUARTERS = 9;

/** Draws one in five drills on premises, and a watcher of another unit for each; ends watches that no person answered. */
export function drillWatchJob(services: Services): Job {
  const { store } = services;
  return {
    name: 'drill-watches',
    every: 10 * MINUTE_MS,
    runsIn: 'one_process',
    run: async (now) => {
      for (const quarter of new Set([quarterOf(now), quarterOf(now + AHEAD_MS)])) await fixHalf(store, quarter, now);
      await endWatches(services, now);
      // Watchers are told by day.
      if (remainingMs(QUIET_HOURS.usual, now) > 0) return { drawn: 0 };
      let drawn = 0;
      for (const task of await drillsAhead(store, now)) if (await drawDrill(task, services, now)) drawn += 1;
      return { drawn, again: await drawAgain(services, now) };
    },
  };
}

async function fixHalf(store: Store, quarter: Quarter, now: number): Promise<void> {
  if (await loadDrills(store, quarter)) return;
  const half = newHalf();
  const { checks, writes } = keepDrills(store, { quarter, halfHash: hashOf(half), drills: [] });
  const old = quarterOf(now - KEPT_QUARTERS * 92 * DAY_MS);
  const more = [keepHalf(store, drillSeedOf(quarter), 'office', half), ['DEL', store.keys.drills(old)] as const];
  const change = { op: `drills:${quarter}:half`, what: 'drills_committed', checks, writes: [...writes, ...more] };
  await commitAsSystem(store, change, now);
}

async function drillsAhead(store: Store, now: number): Promise<readonly KeptTask[]> {
  const span = [String(now), String(now + AHEAD_MS)] as const;
  const ids = await orStoreAway(store.redis.zrange(store.keys.tasks, ...span, 'BYSCORE'));
  return (await loadTasks(store, ids)).filter(({ record }) => record.kind === 'drill' && record.state === 'open');
}

/** True if the drill is watched. A drill that is in the list already was drawn. */
async function drawDrill({ record: task, takers }: KeptTask, services: Services, now: number): Promise<boolean> {
  const { store, city } = services;
  const premises = [...city.premises.values()].find((one) => isOnPremises(one, task.place, city.regions));
  const kept = await loadDrills(store, quarterOf(task.from));
  if (!premises || !kept || kept.record.drills.some((one) => one.task === task.id)) return false;
  const half = await ownHalf(store, kept.record);
  const seed = drillSeed(kept.record.quarter, half);
  const drill: Drill = { task: task.id, premises: premises.id, from: task.from, until: task.until };
  if (!isWatched(seed, task.id)) {
    const change = keepDrills(store, withDrill(kept.record, drill), kept);
    await commitAndNotify({ op: `${task.id}:unwatched`, what: 'drill_listed', ...change }, [], services);
    return false;
  }
  const not = await peopleAt(store, task, takers);
  return sendWatcher(kept, { ...drill, watch: { watchers: [] } }, { services, premises, seed, not, now });
}

/** Pseudonyms of the people who made a drill or take part in it. */
async function peopleAt(
  store: Store,
  { by }: KeptTask['record'],
  takers: KeptTask['takers'],
): Promise<readonly string[]> {
  return [by, ...(await loadVolunteers(store, takers)).map(({ record }) => store.pseudonym(record.urn))];
}

/** Draws another watcher where one cannot go, until the drill begins. */
async function drawAgain(services: Services, now: number): Promise<number> {
  const { store, city } = services;
  let drawn = 0;
  for (const kept of await loadYearOfDrills(store, now)) {
    // One a run: the next draw reads the quarter anew.
    const drill = kept.record.drills.find(
      ({ watch, from }) => watch?.watchers.at(-1) === NO_WATCHER && !watch.answer && now < from,
    );
    const premises = drill && city.premises.get(drill.premises);
    const [task] = drill ? await loadTasks(store, [drill.task]) : [];
    if (!drill || !premises || !task) continue;
    const seed = drillSeed(kept.record.quarter, await ownHalf(store, kept.record));
    const not = await peopleAt(store, task.record, task.takers);
    if (await sendWatcher(kept, drill, { services, premises, seed, not, now })) drawn += 1;
  }
  return drawn;
}

/** Draws the next watcher and tells the person. Without one the watch ends: the premises are not to blame. */
async function sendWatcher(
  kept: Kept<DrillQuarter>,
  drill: Drill,
  {
    services,
    premises,
    seed,
    not,
    now,
  }: {
    readonly services: Services;
    readonly premises: Premises;
    readonly seed: string;
    /** Pseudonyms of people who made the drill or take part. */
    readonly not: readonly string[];
    readonly now: number;
  },
): Promise<boolean> {
  const { store, city } = services;
  const { code, urn } = (await nextWatcher(kept.record, drill, { store, city, premises, seed, not, now })) ?? {};
  const watchers = [...(drill.watch?.watchers ?? []), ...(code ? [code] : [])];
  const watch = code ? { watchers } : { watchers, answer: 'missed' as const, at: now };
  const change = keepDrills(store, withDrill(kept.record, { ...drill, watch }), kept);
  const said = watchNews(drill, premises);
  const op = `${drill.task}:watch:${watchers.length}:${code ? 'drawn' : 'missed'}`;
  await commitAndNotify({ op, what: 'drill_watch_drawn', ...change }, urn ? [{ to: urn, said }] : [], services);
  return code !== undefined;
}

async function nextWatcher(
  quarter: DrillQuarter,
  drill: Drill,
  {
    store,
    city,
    premises,
    seed,
    not,
    now,
  }: {
    readonly store: Store;
    readonly city: City;
    readonly premises: Premises;
    readonly seed: string;
    readonly not: readonly string[];
    readonly now: number;
  },
): Promise<{ readonly code: string; readonly urn: Urn } | undefined> {
  const all = await loadCheckers(store, city.regions.above(premises.region, 'street') ?? premises.region, city, now);
  const checkers = all.filter(({ pseudonym }) => !not.includes(pseudonym));
  const [last, pairings] = [await loadLastCheckers(store), await loadPairings(store, now)];
  const free = checkersOf(drill.task, checkers, [premises], { last, pairings, ground: city });
  const code = drawWatcher(quarter, drill, checkers, free, seed);
  const [found] = code === undefined ? [] : findCheckers(drill.task, [code], checkers);
  return code !== undefined && found ? { code, urn: found.urn } : undefined;
}

/** Ends watches without an answer, and publishes the half of a quarter that is over. */
async function endWatches(services: Services, now: number): Promise<void> {
  const { store } = services;
  for (const kept of await loadYearOfDrills(store, now)) {
    const { quarter, drills } = kept.record;
    const ended = drills.map(
      (one): Drill =>
        one.watch && !one.watch.answer && one.until + ANSWER_MS < now
          ? { ...one, watch: { ...one.watch, answer: 'missed', at: now } }
          : one,
    );
    const isOver = now > quarterEnd(quarter) + ANSWER_MS && kept.record.half === undefined;
    if (!isOver && ended.every((one, i) => one === drills[i])) continue;
    const half = isOver ? { half: await ownHalf(store, kept.record) } : {};
    const change = keepDrills(store, { ...kept.record, drills: ended, ...half }, kept);
    await commitAndNotify(
      { op: `drills:${quarter}:ended:${kept.version}`, what: 'drills_ended', ...change },
      [],
      services,
    );
  }
}

/** The sealed half of a quarter's seed. */
function ownHalf(store: Store, { quarter, halfHash }: DrillQuarter): Promise<string> {
  return loadFixedHalf(store, { of: drillSeedOf(quarter), halfHash });
}
