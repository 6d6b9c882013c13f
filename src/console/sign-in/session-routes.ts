import { randomInt, randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Urn } from '../../channels/channel.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import { spendCode } from '../../people/sign-in/second-factor.ts';
import type { UsedSession } from '../../people/sign-in/sign-in.ts';
import { isLive, newToken, waitingBrowser } from '../../people/sign-in/sign-in.ts';
import { askAgain, endSessions, loadAccess } from '../../people/sign-in/sign-in-store.ts';
import { commitOrThrow } from '../../store/commit-as-system.ts';
import type { ConsoleSettings } from '../console-settings.ts';
import { askNumber } from './ask-number.ts';
import { openCallLimit, tooMany } from './call-limit.ts';
import type { ConsoleEnv, Organiser } from './session.ts';
import { clearToken, keepsToken, setToken } from './session.ts';

const SIGNED_OUT = { what: 'console_signed_out' } as const;

/** The caller's own sessions: list, end one or all, sign out, step up. */
export function sessionRoutes({ services }: ConsoleSettings): Hono<ConsoleEnv> {
  const { store, now } = services;
  const asked = openCallLimit(now);
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
    const { urn, session } = c.get('organiser');
    const who = store.pseudonym(urn);
    // Links and waiting browsers go too.
    const writes = [['DEL', store.keys.console(who)]] as const;
    await commitOrThrow(store, { ...SIGNED_OUT, op: `console-end-all:${session.id}`, who, checks: [], writes }, now());
    return signedOut(c);
  });

  app.delete('/sessions/:id', async (c) => {
    const organiser = c.get('organiser');
    const found = (await sessionsOf(organiser)).find(({ id }) => id === c.req.param('id'));
    // The same answer for an ended session: a second tap on "end" has nothing left to do.
    if (found) await end(organiser, found);
    return c.json({});
  });

  app.post('/step-up', async (c) => {
    const { urn, session, person } = c.get('organiser');
    const who = store.pseudonym(urn);
    const waitS = asked.waitS(who);
    if (waitS > 0) return tooMany(c, waitS);
    // The code comes first: a stranger at a stolen session cannot even ask the organiser.
    const { factor } = person.contact ?? {};
    if (factor) {
      const { code }: { code?: unknown } = await c.req.json().catch(() => ({}));
      if (typeof code !== 'string') return c.json({ error: 'code_needed' }, 403);
      const given = await spendCode(store, urn, factor, code, now());
      if (given.type === 'locked') return tooMany(c, given.seconds);
      if (given.type === 'wrong') {
        if (given.last) await warn(urn);
        return c.json({ error: 'wrong_code' }, 403);
      }
    }
    // Every call counts, because each sends a message to the organiser.
    asked.count(who);
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
    await end(organiser, organiser.session);
    return signedOut(c);
  });

  async function end({ urn }: Organiser, session: UsedSession): Promise<void> {
    const who = store.pseudonym(urn);
    const writes = endSessions(store.keys.console(who), [session]);
    await commitOrThrow(store, { ...SIGNED_OUT, op: `console-end:${session.id}`, who, checks: [], writes }, now());
  }

  /** Tells a person that the tries at their code are used up. */
  async function warn(urn: Urn): Promise<void> {
    const deed = { op: `console-code-locked:${randomUUID()}`, what: 'console_code_locked', who: store.pseudonym(urn) };
    const said = { key: 'flows/reset-factor:told_locked' } as const;
    await commitAndNotify({ ...deed, checks: [], writes: [] }, [{ to: urn, said }], services);
  }

  function signedOut(c: Context): Response {
    clearToken(c, 'session');
    return c.json({}, 200, { 'clear-site-data': '"cache", "cookies", "storage"' });
  }

  return app;
}
