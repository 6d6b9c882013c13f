import { Hono } from 'hono';
import { DAY_MS } from '../../calendar.ts';
import { sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { anyGrantCovers } from '../../people/role.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Task } from '../../volunteers/tasks/task.ts';
import { loadTasks } from '../../volunteers/tasks/task-store.ts';
import { organiserGrants } from '../../volunteers/volunteer/volunteer.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';

/** One task of the board. It names no volunteer. Times in ms since the epoch. */
export type TaskRow = {
  readonly id: string;
  readonly kind: string;
  readonly state: Task['state'] | 'full';
  readonly words: string;
  readonly place: string;
  readonly from: number;
  readonly until: number;
  readonly needed: number;
  readonly taken: number;
};

/** Days of the board before now. All coming tasks are listed: they are given 90 days ahead at most. */
const BACK_DAYS = 28;

/** 任务: `GET /`, in the order of their beginning. The talk `task-board` shows and moves one. */
export function taskRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { store, city, now } = services;
    const reader = readerFor(organiser, services);
    const grants = organiserGrants(organiser.grants);
    const from = now() - BACK_DAYS * DAY_MS;
    const ids = await orStoreAway(store.redis.zrange(store.keys.tasks, String(from), '+inf', 'BYSCORE'));
    const tasks = (await loadTasks(store, ids)).filter(({ record }) =>
      anyGrantCovers(grants, record.region, city.regions),
    );
    return c.json(
      tasks.map(
        ({ record, takers }): TaskRow => ({
          id: record.id,
          kind: reader.say(`common:task_kind.${record.kind}`),
          state: record.state === 'open' && takers.length >= record.needed ? 'full' : record.state,
          words: record.words,
          place: String(sayAny({ place: record.place }, reader)),
          from: record.from,
          until: record.until,
          needed: record.needed,
          taken: takers.length,
        }),
      ),
    );
  });
  return app;
}
