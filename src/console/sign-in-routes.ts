import { createHash, randomInt } from 'node:crypto';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Urn } from '../channels/channel.ts';
import { readBrowserName } from '../people/sign-in/browser-name.ts';
import type { ConsoleSession, Door } from '../people/sign-in/sign-in.ts';
import { isLive, isToken, newToken, readToken, stateOf, waitingBrowser } from '../people/sign-in/sign-in.ts';
import type { Access } from '../people/sign-in/sign-in-store.ts';
import { admitBrowser, beginSession, loadAccess, openLink } from '../people/sign-in/sign-in-store.ts';
import type { Committed } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import { askNumber } from './ask-number.ts';
import { openCallLimit, tooMany } from './call-limit.ts';
import type { ConsoleSettings } from './console-settings.ts';
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
    const { session, token } = sessionFor(c, organiser.urn, 'link', steppedUp);
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
    const channel = services.channels.find(({ scheme }) => scheme === body.channel);
    const proven = channel?.signIn?.(String(body.init_data ?? ''), now());
    if (!proven) return refuse(c, 'not_proven', 401);
    // A proof counts once: the operation id is that of the proof, however its text is written.
    const op = `console-proof:${createHash('sha256').update(proven.once).digest('base64url')}`;
    return enter(c, proven.person, 'mini_app', op);
  });

  if (demoOrganisers) {
    app.get('/demo', async (c) => c.json(await demoOrganisers()));
    app.post('/demo', async (c) => {
      const urn = await textIn(c, 'urn');
      const one = (await demoOrganisers()).find((organiser) => organiser.urn === urn);
      return one ? enter(c, one.urn, 'demo') : c.json({ error: 'unknown' }, 404);
    });
  }

  // A door that this bot does not have is no matter of signing in.
  app.all('*', (c) => c.notFound());

  /** Opens a session at once, for a person whose channel or demo card is proof enough. The page keeps the token. */
  async function enter(c: Context, urn: Urn, door: Door, op?: string): Promise<Response> {
    const access: Access = { ...(await loadAccess(store, store.pseudonym(urn))), urn };
    const organiser = await loadRoles(access, services);
    if (!organiser) return refuse(c, 'no_role', 403);
    const { session, token } = sessionFor(c, urn, door);
    const change = beginSession(store, organiser, session, access, now());
    const done = await commitDeed(urn, op ?? `console:${session.id}`, `console_signed_in_${door}`, change);
    if (done.type !== 'ok') return refuse(c, 'not_proven', 401);
    setToken(c, 'session', token);
    return c.json({ token });
  }

  function sessionFor(c: Context, urn: Urn, door: Door, before?: ConsoleSession) {
    const { token, id, hash } = newToken(store.pseudonym(urn));
    const kept = before ?? { door, browser: browserOf(c), since: now() };
    const session: ConsoleSession = {
      ...{ id, hash, door: kept.door, browser: kept.browser, since: kept.since },
      ...(before ? { steppedUpAt: now() } : {}),
    };
    return { session, token };
  }

  function commitDeed(urn: Urn, op: string, what: string, change: ReturnType<typeof beginSession>): Promise<Committed> {
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
