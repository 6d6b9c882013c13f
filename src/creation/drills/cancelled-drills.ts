import { QUIET_HOURS, remainingMs } from '../../calendar.ts';
import type { Premises } from '../../city/premises.ts';
import { findCheckers, loadCheckers } from '../../inspections/draw/checkers.ts';
import type { Notice } from '../../notify/notify.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Store } from '../../store/store.ts';
import { loadTasks } from '../../volunteers/tasks/task-store.ts';
import { keepDrills, loadDrills, loadYearOfDrills } from './drill-store.ts';
import type { Drill } from './drill-watch.ts';
import { withDrill } from './drill-watch.ts';
import { calledOff } from './watch-message.ts';

/** The drills whose tasks were cancelled. */
export async function cancelledOf(store: Store, drills: readonly Drill[]): Promise<readonly Drill[]> {
  const tasks = await loadTasks(
    store,
    drills.map(({ task }) => task),
  );
  const cancelled = new Set(tasks.flatMap(({ record }) => (record.state === 'cancelled' ? [record.id] : [])));
  return drills.filter(({ task }) => cancelled.has(task));
}

/** Notes which chosen drills were cancelled, at any hour. By day it ends their watches and tells each watcher. */
export async function callOffWatches(services: Services, now: number): Promise<void> {
  const { store, city } = services;
  const isQuiet = remainingMs(QUIET_HOURS.usual, now) > 0;
  for (const { record } of await loadYearOfDrills(store, now)) {
    const open = record.drills.filter(({ watch }) => watch && !watch.answer && !(isQuiet && watch.calledOff));
    for (const drill of await cancelledOf(store, open)) {
      const premises = city.premises.get(drill.premises);
      const kept = await loadDrills(store, record.quarter);
      if (!premises || !kept || !drill.watch) continue;
      const ended = isQuiet ? {} : ({ answer: 'missed', at: now } as const);
      const watch = { ...drill.watch, calledOff: true, ...ended } as const;
      const change = keepDrills(store, withDrill(kept.record, { ...drill, watch }), kept);
      const told = isQuiet ? [] : await watcherOf(drill, premises, services, now);
      const notices = told.map(({ urn }): Notice => ({ to: urn, said: calledOff(drill, premises) }));
      const op = `${drill.task}:watch:called_off:${isQuiet ? 'noted' : 'told'}`;
      await commitAndNotify({ op, what: 'drill_watch_called_off', ...change }, notices, services);
    }
  }
}

/** The last drawn watcher of a drill; none if that person is no checker any more. */
async function watcherOf(drill: Drill, { region }: Premises, { store, city }: Services, now: number) {
  const checkers = await loadCheckers(store, city.regions.above(region, 'street') ?? region, city, now);
  return findCheckers(drill.task, drill.watch?.watchers.slice(-1) ?? [], checkers);
}
