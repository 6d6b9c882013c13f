import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Channel } from '../channels/channel.ts';

/** How the product is; `ok` false means that reports cannot be taken right now. */
export type Health = { readonly ok: boolean; readonly [what: string]: unknown };

export type WebServer = { readonly port: number; close(): Promise<void> };

type WebServerSettings = {
  readonly host: string;
  readonly port: number;
  readonly health: () => Promise<Health>;
  readonly channels: readonly Channel[];
  /** Open311 GeoReport v2. */
  readonly open311: Hono;
  /** What was announced to everybody, as a feed. */
  readonly announcements: Hono;
  readonly shifts: Hono;
};

/** Everything that the product answers over HTTP, on the loopback address unless told otherwise; a proxy in front brings TLS. */
export async function openWebServer({
  host,
  port,
  health,
  channels,
  open311,
  announcements,
  shifts,
}: WebServerSettings): Promise<WebServer> {
  const app = new Hono();
  app.get('/', (c) => c.text('安邻 Anlin\n\n/health\n/open311/v2/discovery.xml\n/announcements/feed.atom\n'));
  app.get('/health', async (c) => {
    const now = await health();
    return c.json(now, now.ok ? 200 : 503);
  });
  app.route('/open311/v2', open311);
  app.route('/announcements', announcements);
  app.route('/shifts', shifts);
  for (const { webhook } of channels) {
    if (webhook) app.all(webhook.path, (c) => webhook.handle(c.req.raw));
  }
  return new Promise((done, fail) => {
    const server = serve({ fetch: app.fetch, port, hostname: host }, (info) => {
      const close = () => new Promise<void>((closed) => server.close(() => closed()));
      done({ port: info.port, close });
    });
    server.once('error', fail);
  });
}
