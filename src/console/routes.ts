import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Handler } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Channel } from '../channels/channel.ts';
import { VISIT_PAGE_AT } from '../inspections/visits/visit-page.ts';
import type { Log } from '../log.ts';
import { loadOnce } from '../on-use.ts';
import { StoreAway } from '../store/connect.ts';
import type { ConsoleEnv } from './sign-in/session.ts';

/** Longer than any update of Telegram. Counted while a body streams in. */
const BODY_MAX_BYTES = 1_000_000;

/** The product's state for `/health`. `ok` is false while the store cannot take reports. */
export type Health = { readonly ok: boolean; readonly [what: string]: unknown };

type Routes = {
  readonly host: string;
  readonly health: () => Promise<Health>;
  readonly channels: readonly Channel[];
  readonly open311: Hono;
  readonly announcements: Hono;
  readonly shifts: Hono;
  readonly draws: Hono;
  /** The page on which a checker fills a visit without a network. */
  readonly visits: Hono;
  /** Loaded at its first call. */
  readonly console: () => Promise<Hono<ConsoleEnv>>;
  readonly city: Handler;
  readonly log: Log;
};

/** Answers all of the product's HTTP. */
export function webRoutes({
  host,
  health,
  channels,
  open311,
  announcements,
  shifts,
  draws,
  visits,
  console,
  city,
  log,
}: Routes): RequestListener {
  const app = new Hono();
  // Open311, the page for visits and the console have bounds of their own.
  app.route('/open311', open311);
  app.route(VISIT_PAGE_AT, visits);
  const openConsole = loadOnce(async () => new Hono().route('/console', await console()));
  for (const path of ['/console', '/console/*'])
    app.all(path, async (c) => (await openConsole()).fetch(c.req.raw, c.env));
  for (const { webhook } of channels) {
    if (webhook?.bytesMax === undefined) continue;
    app.all(webhook.path, bodyLimit({ maxSize: webhook.bytesMax }), (c) => webhook.handle(c.req.raw, c.env));
  }
  app.use(methodNotAllowed({ app }));
  app.use(bodyLimit({ maxSize: BODY_MAX_BYTES }));
  app.get('/', (c) => c.text('安邻 Anlin\n\n/console\n/health\n/open311/v2/discovery.xml\n/announcements/feed.atom\n'));
  app.get('/health', async (c) => {
    const now = await health();
    return c.json(now, now.ok ? 200 : 503);
  });
  app.route('/announcements', announcements);
  app.route('/shifts', shifts);
  app.route('/draws', draws);
  // For all methods, so that a page that is off shows none of them.
  app.all('/city', city);
  for (const { webhook } of channels) {
    if (webhook && webhook.bytesMax === undefined) app.all(webhook.path, (c) => webhook.handle(c.req.raw));
  }
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (error instanceof StoreAway) return c.text('The store does not answer now.', 503, { 'retry-after': '3' });
    log.error({ err: error }, 'a call over HTTP failed');
    return c.text('Something went wrong here.', 500);
  });
  return getRequestListener(app.fetch, { hostname: host });
}
