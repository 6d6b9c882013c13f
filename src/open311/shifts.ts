import { Hono } from 'hono';
import type { Store } from '../store/store.ts';
import { calendarOf, shiftsOf } from '../volunteers/hours/volunteer-hours.ts';
import { loadOwn } from '../volunteers/tasks/candidates.ts';

/** Volunteers' shifts as calendars that phones subscribe to (RFC 5545), each under a name that nobody guesses. */
export function shifts(store: Store, now: () => number): Hono {
  const app = new Hono();
  app.get('/:file{.+\\.ics}', async (c) => {
    const id = shiftsOf(store, c.req.param('file').replace(/\.ics$/, ''));
    if (id === undefined) return c.notFound();
    const calendar = calendarOf(await loadOwn(store, id, now()), now());
    return c.body(calendar, 200, {
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'private, max-age=300',
    });
  });
  return app;
}
