import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { orStoreAway } from '../../store/store.ts';
import type { KeptTask } from './task.ts';
import { timedTaskChange } from './task-clock.ts';
import { loadTasks } from './task-store.ts';

const EVERY_MS = 300;
const BATCH = 50;

/** Applies what is due on tasks by time: offers, freed places, reminders, ends. */
export function taskClockJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'task-clock',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.tasksClock, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const tasks = await loadTasks(store, await orStoreAway(store.redis.zrange(...due)));
      const work = (kept: KeptTask) => step(kept, services);
      return { stepped: await eachOrLog(tasks, { log, what: 'a task', stopping, work }) };
    },
  };
}

async function step(kept: KeptTask, services: Services): Promise<void> {
  const { store, city, now } = services;
  const { id } = kept.record;
  const next = await timedTaskChange(store, kept, city.regions, now());
  // A task without a next step leaves the clock.
  const over = { checks: [], writes: [['ZREM', store.keys.tasksClock, id] as const], notices: [] };
  const { notices, ...change } = next ?? over;
  const op = `task:${id}:${kept.version}:${next ? 'step' : `over.${now()}`}`;
  await commitAndNotify({ ...change, op, what: 'task_stepped' }, notices, services);
}
