import { randomInt } from 'node:crypto';
import { Hono } from 'hono';
import type { UsedSession } from '../people/sign-in/sign-in.ts';
import { isLive, newToken, waitingBrowser } from '../people/sign-in/sign-in.ts';
import { askAgain, endSessions, loadAccess } from '../people/sign-in/sign-in-store.ts';
import { commitOrThrow } from '../store/commit-as-system.ts';
import { askNumber } from './ask-number.ts';
import type { ConsoleSettings } from './console-settings.ts';
import { openFailedCalls, tooMany } from './failed-calls.ts';
import type { ConsoleEnv, Organiser } from './session.ts';
import { clearToken, keepsToken, setToken } from './session.ts';

/** The caller's own sessions: list, end one or all, sign out, step up. */
export function sessionRoutes({ services }: ConsoleSettings): Hono<ConsoleEnv> {
  const { store, now } = services;
  const asked = openFailedCalls(now);
  const app = new Hono<ConsoleEnv>();
  const sessionsOf = async ({ urn }: Organiser) => (await loadAccess(store, store.pseudonym(urn))).sessions;

  app.get('/sessions', async (c) => {
    const organiser = c.get('organiser');
    const live = (await sessionsOf(organiser)).filter((session) => isLive(session, now()));
    return c.json(
      live
        .toSorted((a, b) => b.seen - a.seen)
        .map(({ id, door, browser, since, seen }) => ({
          ...{ id, door, browser, since, seen },
          current: id === organiser.session.id,
        })),
    );
  });

  app.delete('/sessions', async (c) => {
    const organiser = c.get('organiser');
    await end(organiser, await sessionsOf(organiser));
    return signedOut(c);
  });

  app.delete('/sessions/:id', async (c) => {
    const organiser = c.get('organiser');
    const [found] = (await sessionsOf(organiser)).filter(({ id }) => id === c.req.param('id'));
    // The same answer for an ended session: a second tap on "end" has nothing left to do.
    if (found) await end(organiser, [found]);
    return c.json({});
  });

  app.post('/step-up', async (c) => {
    const { urn, session } = c.get('organiser');
    const who = store.pseudonym(urn);
    // Every call counts, because each sends a message to the organiser.
    const waitS = asked.waitS(who);
    if (waitS > 0) return tooMany(c, waitS);
    asked.failed(who);
    const { token, ...print } = newToken(who);
    const waiting = waitingBrowser(print, { browser: session.browser, session: session.id }, now(), randomInt);
    const change = { what: 'console_step_up_asked', who, ...askAgain(store, urn, session, waiting) };
    if (!(await askNumber(urn, waiting, { op: `console:${waiting.id}`, ...change }, services)))
      return c.json({ error: 'signed_out' }, 401);
    setToken(c, 'waiting', token);
    return c.json({ number: waiting.number, ...(keepsToken(c) ? { token } : {}) });
  });

  app.post('/sign-out', async (c) => {
    const organiser = c.get('organiser');
    await end(organiser, [organiser.session]);
    return signedOut(c);
  });

  async function end({ urn }: Organiser, sessions: readonly UsedSession[]): Promise<void> {
    const who = store.pseudonym(urn);
    const writes = endSessions(store.keys.console(who), sessions);
    const op = `console-end:${sessions.map(({ id }) => id).join(':')}`;
    await commitOrThrow(store, { op, what: 'console_signed_out', who, checks: [], writes }, now());
  }

  function signedOut(c: Parameters<typeof clearToken>[0]): Response {
    clearToken(c, 'session');
    return c.json({}, 200, { 'clear-site-data': '"cache", "cookies", "storage"' });
  }

  return app;
}
