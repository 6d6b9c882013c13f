import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Channel, Urn } from '../channel.ts';
import { beginOauth, endOauth } from './oauth-visit.ts';

/** Marks a visit without a person, so that the page asks the messenger once only. */
const TRIED = '#tried';

type Settings = {
  /** The messengers whose own browsers may open this page. */
  readonly messengers: () => readonly Channel[];
  readonly site: string | undefined;
  readonly now: () => number;
  /** The browser's address; undefined for one without a cookie. */
  readonly identify: (c: Context) => Urn | undefined;
  /** Makes a new browser a person; undefined if too many came from its block. */
  readonly welcome: (c: Context) => Urn | undefined;
  /** Joins a new browser to the person whom the messenger proved. */
  readonly join: (address: Urn, proven: Urn) => Promise<unknown>;
};

/** Silent OAuth below `/w/oauth`: a page that is opened inside a messenger belongs to the person of that messenger. */
export function chatOauthRoutes({ messengers, site, now, identify, welcome, join }: Settings): Hono {
  const app = new Hono();
  const messengerOf = (c: Context) => messengers().find(({ scheme }) => scheme === c.req.param('scheme'));

  app.get('/:scheme', (c) => {
    const messenger = messengerOf(c);
    if (!messenger?.signInPage || site === undefined) return c.notFound();
    const to = c.req.query('to') ?? '';
    const state = beginOauth(c, /^\/w\/(q\/[\w-]{1,64})?$/.test(to) ? to : '/w/');
    return c.redirect(messenger.signInPage(`${site}/w/oauth/${messenger.scheme}/back`, state));
  });

  app.get('/:scheme/back', async (c) => {
    const visit = endOauth(c);
    const to = visit?.to ?? '/w/';
    // A browser that is a person already stays that person.
    if (!visit || identify(c)) return c.redirect(`${to}${TRIED}`);
    const proven = await messengerOf(c)?.signIn?.(visit.code, now());
    const address = proven && welcome(c);
    if (address) await join(address, proven.person);
    return c.redirect(`${to}${TRIED}`);
  });

  return app;
}
