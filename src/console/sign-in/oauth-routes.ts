import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { beginOauth, endOauth } from '../../channels/web/oauth-visit.ts';
import type { ConsoleSettings } from '../console-settings.ts';
import { openCallLimit } from './call-limit.ts';
import { enter } from './enter.ts';

/** Channels whose members are the organisers: their app proves who opens the console. */
export const OAUTH_SCHEMES: readonly string[] = ['wecom'];
const HOME = '/console';

/** The sign-in by OAuth: `/oauth/<scheme>?to=…` leads to the platform, which leads back with a code. */
export function oauthRoutes({ services, site, caller, demoOrganisers }: ConsoleSettings): Hono {
  const failures = openCallLimit(services.now);
  const app = new Hono();
  const channelOf = (c: Context) =>
    services.channels.find(({ scheme }) => OAUTH_SCHEMES.includes(scheme) && scheme === c.req.param('scheme'));
  /** The demo's people sit at this machine; elsewhere a Host header names no address of ours. */
  const originOf = (c: Context) => site ?? (demoOrganisers ? new URL(c.req.url).origin : undefined);
  const refuse = (c: Context, error: string) => {
    failures.count(caller(c));
    return c.redirect(`${HOME}#e=${error}`);
  };

  app.get('/:scheme', (c) => {
    const channel = channelOf(c);
    const origin = originOf(c);
    if (!channel?.signInPage || !origin) return c.notFound();
    const state = beginOauth(c, ownPage(c.req.query('to'), origin));
    return c.redirect(channel.signInPage(`${origin}${HOME}/oauth/${channel.scheme}/back`, state));
  });

  app.get('/:scheme/back', async (c) => {
    const channel = channelOf(c);
    if (!channel?.signIn) return c.notFound();
    // Before the look: a caller who failed too often does not learn whether a guess is right.
    if (failures.waitS(caller(c)) > 0) return c.redirect(`${HOME}#e=too_many`);
    const visit = endOauth(c);
    const proven = visit && (await channel.signIn(visit.code, services.now()));
    if (!visit || !proven) return refuse(c, 'not_proven');
    const op = `console-proof:${createHash('sha256').update(proven.once).digest('base64url')}`;
    const entered = await enter(c, proven.person, 'oauth', services, op);
    return 'token' in entered ? c.redirect(visit.to) : refuse(c, entered.refused);
  });

  return app;
}

/** A page of the console; any other address becomes the first page. */
function ownPage(to: string | undefined, origin: string): string {
  const url = URL.parse(to ?? '', origin);
  const isOwn = url?.origin === origin && (url.pathname === HOME || url.pathname.startsWith(`${HOME}/`));
  return isOwn ? `${url.pathname}${url.search}` : HOME;
}
