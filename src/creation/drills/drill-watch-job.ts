import type { Job } from '../../background/job.ts';
import { DAY_MS, MINUTE_MS, QUIET_HOURS, remainingMs } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { checkersOf, findCheckers, loadCheckers, loadLastCheckers } from '../../inspections/draw/checkers.ts';
import { keepHalf, loadFixedHalf } from '../../inspections/draw/draw-store.ts';
import { loadPairings } from '../../inspections/draw/pairing.ts';
import { isOnPremises } from '../../inspections/premises/attribution.ts';
import type { Notice } from '../../notify/notify.ts';
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
import { addQuarters, quarterEnd, quarterOf } from '../plan/quarter.ts';
import { peopleOf } from '../premises/load-premises.ts';
import { callOffWatches, cancelledOf } from './cancelled-drills.ts';
import { drillSeedOf, keepDrills, loadDrills, loadYearOfDrills } from './drill-store.ts';
import type { Drill, DrillQuarter } from './drill-watch.ts';
import { drawWatcher, drillSeed, isUntimed, isWatched, lacksWatcher, owesWatch, withDrill } from './drill-watch.ts';
import { minutesWanted, watchNews } from './watch-message.ts';

/** Watchers hear of a drill a day before it. */
const AHEAD_MS = DAY_MS;
/** A watcher answers within this time after the end. */
const ANSWER_MS = 2 * DAY_MS;
/** Older quarters are deleted, quarters. */
const KEPT_QUARTERS = 9;

/**
 * Draws one in five drills on premises, and a watcher of another unit for each; ends watches that no person answered, and asks
 * contacts for the minutes.
 */
export function drillWatchJob(services: Services): Job {
  const { store } = services;
  return {
    name: 'drill-watches',
    every: 10 * MINUTE_MS,
    runsIn: 'one_process',
    run: async (now) => {
      for (const quarter of new Set([quarterOf(now), quarterOf(now + AHEAD_MS)])) await fixHalf(store, quarter, now);
      await callOffWatches(services, now);
      await endWatches(services, now);
      // Each drill is in the lot, whenever it was opened. People are told by day.
      for (const task of await unlistedDrills(store, now)) await listDrill(task, services, now);
      if (remainingMs(QUIET_HOURS.usual, now) > 0) return { drawn: 0 };
      return { drawn: await drawWatchers(services, now), asked: await askMinutes(services, now) };
    },
  };
}

async function fixHalf(store: Store, quarter: Quarter, now: number): Promise<void> {
  if (await loadDrills(store, quarter)) return;
  const half = newHalf();
  const { checks, writes } = keepDrills(store, { quarter, halfHash: hashOf(half), drills: [] });
  const old = addQuarters(quarter, -KEPT_QUARTERS);
  const more = [keepHalf(store, drillSeedOf(quarter), 'office', half), ['DEL', store.keys.drills(old)] as const];
  const change = { op: `drills:${quarter}:half`, what: 'drills_committed', checks, writes: [...writes, ...more] };
  await commitAsSystem(store, change, now);
}

/** Drills of today and tomorrow that are not in the list: one that was opened shortly before it began is in the lot too. */
async function unlistedDrills(store: Store, now: number): Promise<readonly KeptTask[]> {
  const span = [String(now - AHEAD_MS), String(now + AHEAD_MS)] as const;
  const ids = await orStoreAway(store.redis.zrange(store.keys.tasks, ...span, 'BYSCORE'));
  const listed = new Set<string>(
    (await loadYearOfDrills(store, now)).flatMap(({ record }) => record.drills.map(({ task }) => task)),
  );
  const tasks = await loadTasks(
    store,
    ids.filter((id) => !listed.has(id)),
  );
  return tasks.filter(({ record }) => record.kind === 'drill' && record.state !== 'cancelled');
}

/** Lists a drill on premises, with a watch without a watcher if the lot or an earlier drill wants one. */
async function listDrill({ record: task }: KeptTask, { store, city }: Services, now: number): Promise<void> {
  const premises = [...city.premises.values()].find((one) => isOnPremises(one, task.place, city.regions));
  const kept = await loadDrills(store, quarterOf(task.from));
  if (!premises || !kept) return;
  const seed = drillSeed(kept.record.quarter, await ownHalf(store, kept.record));
  const earlier = (await loadYearOfDrills(store, task.from)).flatMap(({ record }) => record.drills);
  const isDrawn = isWatched(seed, task.id);
  const isOwed = !isDrawn && owesWatch(earlier, premises.id);
  const watch = { watchers: [], ...(isOwed ? { owed: true as const } : {}) };
  const drill: Drill = {
    task: task.id,
    premises: premises.id,
    from: task.from,
    until: task.until,
    ...(isDrawn || isOwed ? { watch } : {}),
  };
  const change = {
    op: `${task.id}:listed`,
    what: 'drill_listed',
    ...keepDrills(store, withDrill(kept.record, drill), kept),
  };
  await commitAsSystem(store, change, now);
}

/** Pseudonyms of the people who made a drill or take part in it. */
async function peopleAt(
  store: Store,
  { by }: KeptTask['record'],
  takers: KeptTask['takers'],
): Promise<readonly string[]> {
  return [by, ...(await loadVolunteers(store, takers)).map(({ record }) => store.pseudonym(record.urn))];
}

/** Draws the first watcher of a chosen drill, and another one where one cannot go, until the drill begins. */
async function drawWatchers(services: Services, now: number): Promise<number> {
  const { store, city } = services;
  let drawn = 0;
  const lacking = (await loadYearOfDrills(store, now)).flatMap(({ record: { quarter, drills } }) =>
    drills
      .filter((one) => lacksWatcher(one) && !one.watch?.answer && now < one.from)
      .map(({ task }) => ({ quarter, id: task })),
  );
  for (const { quarter, id } of lacking) {
    // Each draw reads the loads of the quarter anew.
    const kept = await loadDrills(store, quarter);
    const drill = kept?.record.drills.find(({ task }) => task === id);
    const premises = drill && city.premises.get(drill.premises);
    const [task] = await loadTasks(store, [id]);
    if (!kept || !drill || !premises || task?.record.state !== 'open') continue;
    const seed = drillSeed(quarter, await ownHalf(store, kept.record));
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
  const watch = { ...drill.watch, watchers, ...(code ? {} : { answer: 'missed' as const, at: now }) };
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

/** Asks the contacts once for the minutes of a drill that is over, unless its watcher noted them. */
async function askMinutes(services: Services, now: number): Promise<number> {
  const { store, city } = services;
  let asked = 0;
  for (const kept of await loadYearOfDrills(store, now)) {
    const over = kept.record.drills.filter((one) => now >= one.until && isUntimed(one) && !one.asked);
    const cancelled = await cancelledOf(store, over);
    const due = over.filter((one) => !cancelled.includes(one));
    if (due.length === 0) continue;
    const quarter = due.reduce((so, one) => withDrill(so, { ...one, asked: true }), kept.record);
    const notices = await Promise.all(
      due.map(async (drill): Promise<readonly Notice[]> => {
        const premises = city.premises.get(drill.premises);
        if (!premises) return [];
        const { contacts } = await peopleOf(store, city, premises);
        return contacts.map((to) => ({ to, said: minutesWanted(drill, premises) }));
      }),
    );
    const op = `drills:${quarter.quarter}:minutes:${kept.version}`;
    const change = { op, what: 'drill_minutes_asked', ...keepDrills(store, quarter, kept) };
    if (await commitAndNotify(change, notices.flat(), services)) asked += due.length;
  }
  return asked;
}

/** Ends watches without an answer, and publishes the half of a quarter that is over. */
async function endWatches(services: Services, now: number): Promise<void> {
  const { store } = services;
  for (const kept of await loadYearOfDrills(store, now)) {
    const { quarter, drills } = kept.record;
    const ended = drills.map(
      (one): Drill =>
        one.watch && !one.watch.answer && answerEnds(one) < now
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

/** A drill that begins without a watcher is watched no more. */
function answerEnds(drill: Drill): number {
  return lacksWatcher(drill) ? drill.from : drill.until + ANSWER_MS;
}

/** The sealed half of a quarter's seed. */
function ownHalf(store: Store, { quarter, halfHash }: DrillQuarter): Promise<string> {
  return loadFixedHalf(store, { of: drillSeedOf(quarter), halfHash });
}
