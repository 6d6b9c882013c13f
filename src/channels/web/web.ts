import type { Context } from 'hono';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Log } from '../../log.ts';
import type { PageSource } from '../../page-build/page-files.ts';
import { pageLoader } from '../../page-build/page-files.ts';
import { pageAnswer } from '../../page-build/serve-page.ts';
import type { Channel, ReadFile, Receive, Urn } from '../channel.ts';
import { fitTo } from '../fit.ts';
import type { ChatLog } from './chat-log.ts';
import type { WebRoutes } from './routes.ts';
import { webRoutes } from './routes.ts';
import { openStreams } from './stream.ts';
import type { Uploads } from './uploads.ts';
import { UPLOAD_MAX_BYTES } from './uploads.ts';

/** Long texts are readable on the page; the limit keeps one message from filling the log. */
const TEXT_MAX = 8000;
export const CHAT_PAGE: PageSource = {
  name: 'chat',
  folder: new URL('./page/', import.meta.url),
  base: '/w/',
  words: 'web-chat',
  // The browsers inside WeChat on phones of 2020.
  target: ['chrome87', 'safari14'],
};

export type WebSettings = Pick<WebRoutes, 'messengers' | 'join' | 'seen' | 'bells' | 'push'> & {
  readonly chats: ChatLog;
  readonly uploads: Uploads;
  readonly readFile: ReadFile;
  /** The origin under which people reach this server. */
  readonly site: string | undefined;
  readonly caller: (c: Context) => string;
  /** Origins that may show the page in a frame: the demo's phones. */
  readonly framers?: readonly string[];
  readonly now: () => number;
  readonly log: Log;
};

/** Opens the web chat as a channel: a page without an account, for browsers that scan a QR code. */
export function openWeb(settings: WebSettings): Channel {
  const { chats, uploads, site, framers = [], bells, log } = settings;
  const opened = (of: Urn) =>
    void bells.opened(of).catch((error: unknown) => log.debug({ err: error }, 'a bell was not silenced'));
  const streams = openStreams(chats, opened);
  let receive: Receive = refuse;
  const app = new Hono({ strict: false }).basePath('/w');
  const calls = webRoutes({ ...settings, streams, opened, receive: (inbound) => receive(inbound) });
  app.route('/', pageRoutes(framers, log));
  app.route('/', calls);
  app.onError((error) => {
    throw error;
  });
  return {
    scheme: 'web',
    can: {
      text: { max: TEXT_MAX, unit: 'utf16' },
      choices: 'buttons',
      edits: true,
      dropsRepeats: true,
      forgets: true,
      receipt: 'seen',
    },
    fit: (message) => fitTo(message, { max: TEXT_MAX }),
    async send(to, message, key) {
      const { n, edited } = await chats.append(to, { key, message });
      return { type: 'sent', ref: edited && message.edits ? message.edits : String(n) };
    },
    async remove(to, ref) {
      await chats.append(to, { key: `remove:${ref}`, removes: ref });
      return { type: 'sent' };
    },
    fetch: (id) => uploads.read(id),
    ...(site === undefined ? {} : { link: (payload) => `${site}/w/q/${payload}` }),
    async open(handler) {
      receive = handler;
    },
    async pause() {
      receive = refuse;
      // Before the web server closes: it would wait for the open pages.
      streams.close();
    },
    async close() {},
    webhook: {
      path: '/w/*',
      bytesMax: UPLOAD_MAX_BYTES + 1024,
      handle: async (request, env) => app.fetch(request, env),
    },
    trouble: () => undefined,
  };
}

/** While the product starts or stops, a page keeps its act and sends it again. */
const refuse: Receive = () => Promise.reject(new HTTPException(503, { message: 'The channel is not open now.' }));

/** The page itself: at `/w/`, and for each QR code at `/w/q/<payload>`. */
function pageRoutes(framers: readonly string[], log: Log): Hono {
  const app = new Hono();
  const load = pageLoader(CHAT_PAGE, log);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${["'self'", ...framers].join(' ')}`,
  ].join('; ');
  const headers = {
    'content-security-policy': policy,
    // An address of a QR code names a place; other sites need not learn it.
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(self), geolocation=(self), microphone=(self)',
  };
  const serve = async (c: Context, name: string) => {
    const file = (await load()).get(name);
    return file ? pageAnswer(file, c.req.header('accept-encoding'), headers, c.env) : c.notFound();
  };
  app.get('/', (c) => serve(c, 'index.html'));
  app.get('/q/:payload{[\\w-]{1,64}}', (c) => serve(c, 'index.html'));
  app.get('/assets/:name', async (c) => {
    const answer = await serve(c, `assets/${c.req.param('name')}`);
    // A service worker acts under the policy of its own file, for the whole page.
    answer.headers.set('content-security-policy', policy);
    answer.headers.set('service-worker-allowed', CHAT_PAGE.base);
    return answer;
  });
  return app;
}
