import { createHash, randomInt } from 'node:crypto';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Urn } from '../../channels/channel.ts';
import { readBrowserName } from '../../people/sign-in/browser-name.ts';
import { isLive, isToken, newToken, readToken, stateOf, waitingBrowser } from '../../people/sign-in/sign-in.ts';
import { admitBrowser, loadAccess, openLink } from '../../people/sign-in/sign-in-store.ts';
import type { Committed } from '../../store/commit.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { ConsoleSettings } from '../console-settings.ts';
import { askNumber } from './ask-number.ts';
import { openCallLimit, tooMany } from './call-limit.ts';
import type { Entered } from './enter.ts';
import { enter, sessionFor } from './enter.ts';
import { OAUTH_SCHEMES } from './oauth-routes.ts';
import { clearToken, keepsToken, loadRoles, printIn, setToken } from './session.ts';

/** The routes that open a session, one door each. All else below them is unknown. */
export function signInRoutes(settings: ConsoleSettings): Hono {
  const { services, caller, demoOrganisers } = settings;
  const { store, now } = services;
  const failures = openCallLimit(now);
  const app = new Hono();

  app.use(async (c, next) => {
    // Before the look: a caller who failed too often does not learn whether a guess is right.
    const waitS = failures.waitS(caller(c));
    return waitS > 0 ? tooMany(c, waitS) : next();
  });
  const refuse = (c: Context, error: string, status: 401 | 403 | 410) => {
    failures.count(caller(c));
    return c.json({ error }, status);
  };
  /** The page keeps the token. */
  const answer = (c: Context, entered: Entered) =>
    'token' in entered ? c.json(entered) : refuse(c, entered.refused, entered.refused === 'no_role' ? 403 : 401);

  app.post('/link', async (c) => {
    const print = readToken(await textIn(c, 'token'));
    const access = print && (await loadAccess(store, print.pseudonym));
    const isOpen = print && isToken(print, access?.link?.hash) && now() < (access?.link?.until ?? 0);
    const organiser = isOpen && access && (await loadRoles(access, services));
    if (!organiser || !access) return refuse(c, 'gone', 410);
    const { token, ...waitingPrint } = newToken(print.pseudonym);
    const waiting = waitingBrowser(waitingPrint, { browser: browserOf(c) }, now(), randomInt);
    const change = { what: 'console_link_opened', who: print.pseudonym, ...openLink(store, access, waiting) };
    // The operation id names the new browser, so that a second opening fails at the check of the link.
    const asked = await askNumber(organiser.urn, waiting, { op: `console:${waiting.id}`, ...change }, services);
    if (!asked) return refuse(c, 'gone', 410);
    setToken(c, 'waiting', token);
    return c.json({ number: waiting.number });
  });

  app.post('/wait', async (c) => {
    const print = printIn(c, 'waiting');
    const access = print && (await loadAccess(store, print.pseudonym));
    const waiting = print && isToken(print, access?.browser?.hash) ? access?.browser : undefined;
    if (!access || !waiting) failures.count(caller(c));
    const state = waiting ? stateOf(waiting, now()) : 'expired';
    if (state === 'waiting') return c.json({ state });
    clearToken(c, 'waiting');
    if (!access || !waiting || state !== 'confirmed') return c.json({ state });
    const steppedUp = access.sessions.find((one) => one.id === waiting.session && isLive(one, now()));
    const organiser = await loadRoles(access, services);
    if (!organiser || (waiting.session !== undefined && !steppedUp)) return c.json({ state: 'expired' });
    const { session, token } = sessionFor(c, organiser.urn, 'link', services, steppedUp);
    const change = admitBrowser(store, organiser, session, access, now());
    const what = steppedUp ? 'console_stepped_up' : 'console_signed_in_link';
    const done = await commitDeed(organiser.urn, `console:${session.id}`, what, change);
    // Of two calls for one browser, the first has the session.
    if (done.type !== 'ok') return c.json({ state: 'expired' });
    setToken(c, 'session', token);
    return c.json({ state, ...(keepsToken(c) ? { token } : {}) });
  });

  app.post('/mini-app', async (c) => {
    const body = await bodyOf(c);
    // A channel with a page of its own proves a person only to the browser that came from there.
    const channel = services.channels.find(({ scheme, signInPage }) => scheme === body.channel && !signInPage);
    const proven = await channel?.signIn?.(String(body.init_data ?? ''), now());
    if (!proven) return refuse(c, 'not_proven', 401);
    // A proof counts once: the operation id is that of the proof, however its text is written.
    const op = `console-proof:${createHash('sha256').update(proven.once).digest('base64url')}`;
    return answer(c, await enter(c, proven.person, 'mini_app', services, op));
  });

  // The channels that lead to the console by a page of their own.
  app.get('/oauth', (c) =>
    c.json(
      OAUTH_SCHEMES.filter((one) => services.channels.some(({ scheme, signInPage }) => scheme === one && signInPage)),
    ),
  );

  if (demoOrganisers) {
    app.get('/demo', async (c) => c.json(await demoOrganisers()));
    app.post('/demo', async (c) => {
      const urn = await textIn(c, 'urn');
      const one = (await demoOrganisers()).find((organiser) => organiser.urn === urn);
      if (!one) return c.json({ error: 'unknown' }, 404);
      return answer(c, await enter(c, one.urn, 'demo', services));
    });
  }

  // A door that this bot does not have is no matter of signing in.
  app.all('*', (c) => c.notFound());

  function commitDeed(urn: Urn, op: string, what: string, change: ReturnType<typeof admitBrowser>): Promise<Committed> {
    return commitAsSystem(store, { op, what, who: store.pseudonym(urn), ...change }, now());
  }

  return app;
}

function browserOf(c: Context) {
  return readBrowserName(c.req.header('user-agent'));
}

/** A call without a JSON object counts as one without fields. */
async function bodyOf(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await c.req.json().catch(() => ({}));
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}; // each reader checks its field
}

async function textIn(c: Context, field: string): Promise<string> {
  return String((await bodyOf(c))[field] ?? '');
}
