import { Hono } from 'hono';
import type { Store } from '../store/store.ts';
import { formatCalendar, volunteerOfShiftsFile } from '../volunteers/hours/volunteer-hours.ts';
import { loadUpcomingTasks } from '../volunteers/tasks/candidates.ts';

/** Serves each volunteer's shifts as a calendar (RFC 5545) under an unguessable file name. */
export function shifts(store: Store, now: () => number): Hono {
  const app = new Hono();
  app.get('/:file{.+\\.ics}', async (c) => {
    const id = volunteerOfShiftsFile(store, c.req.param('file').replace(/\.ics$/, ''));
    if (id === undefined) return c.notFound();
    const calendar = formatCalendar(await loadUpcomingTasks(store, id, now()), now());
    return c.body(calendar, 200, {
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'private, max-age=300',
    });
  });
  return app;
}
