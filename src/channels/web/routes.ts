import type { Context } from 'hono';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { DAY_MS } from '../../calendar.ts';
import { isFromOwnPage } from '../../own-page.ts';
import type { Channel, ReadFile, Receive, Urn } from '../channel.ts';
import { readAttached } from '../channel.ts';
import type { Bells } from './bells.ts';
import type { ChatLog } from './chat-log.ts';
import { addressOf, newSecret } from './identity.ts';
import { blockOf, openNewcomerLimit } from './newcomer-limit.ts';
import { chatOauthRoutes } from './oauth-routes.ts';
import type { WebPush } from './push/web-push.ts';
import { openPuzzles, readGreeting } from './puzzle.ts';
import { contentOf, readWebInput } from './read-input.ts';
import { shownEntry } from './shown.ts';
import type { Streams } from './stream.ts';
import type { Uploads } from './uploads.ts';
import { UPLOAD_MAX_BYTES } from './uploads.ts';

/** The cookie that makes a browser a person. The prefix binds it to this host and to https. */
const COOKIE = '__Host-anlin-chat';
const COOKIE_S = (400 * DAY_MS) / 1000;
const INPUT_MAX_BYTES = 32_768;
/** A page that has shown an announcement before its sender recorded it says so again after this time, s. */
const SEEN_AGAIN_S = 2;

export type WebRoutes = {
  readonly chats: ChatLog;
  readonly streams: Streams;
  readonly uploads: Uploads;
  readonly receive: Receive;
  readonly readFile: ReadFile;
  readonly bells: Bells;
  readonly push: Pick<WebPush, 'publicKey' | 'takes'>;
  /** A page shows its chat: nothing rings for it. */
  readonly opened: (of: Urn) => void;
  readonly now: () => number;
  /** The configured origin of this server. */
  readonly site: string | undefined;
  /** The network address of a caller. */
  readonly caller: (c: Context) => string;
  /** The messengers that can name the person whose browser opens the page. */
  readonly messengers: () => readonly Channel[];
  /** Joins a new browser to the person whom a messenger proved. */
  readonly join: (address: Urn, proven: Urn) => Promise<unknown>;
  /** Counts announcements that a page has shown as delivered. False if their sender must record them first. */
  readonly seen: (of: Urn, ledger: readonly string[], ref: string) => Promise<boolean>;
};

/** The calls of the page, below `/w`. */
export function webRoutes(settings: WebRoutes): Hono {
  const { chats, streams, uploads, receive, readFile, now, site, caller, messengers, bells, push, opened } = settings;
  const app = new Hono();
  const newcomers = openNewcomerLimit(now);
  const puzzles = openPuzzles(now);

  const remember = (c: Context, secret: string) =>
    setCookie(c, COOKIE, secret, { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', maxAge: COOKIE_S });
  /** The caller's address; undefined for a browser without a cookie. Renews the cookie: a chat that is used never expires. */
  const identify = (c: Context): Urn | undefined => {
    const secret = getCookie(c, COOKIE);
    const address = addressOf(secret);
    if (address && secret) remember(c, secret);
    return address;
  };
  /** Gives a browser its cookie; undefined if too many new ones came from its block. Without a puzzle for a proven person. */
  const welcome = (c: Context, code?: string): Urn | undefined => {
    if (!newcomers.admit(caller(c), code)) return undefined;
    const secret = newSecret();
    remember(c, secret);
    return addressOf(secret);
  };
  const later = (c: Context) => c.json({ error: 'too_many' }, 429, { 'retry-after': String(newcomers.waitS()) });

  app.use(async (c, next) => {
    c.header('cache-control', 'no-store');
    // A page elsewhere must not act with the browser's cookie. Every browser names the origin of such a call.
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    if (isFromOwnPage((name) => c.req.header(name), site) === true) return next();
    return c.json({ error: 'other_page' }, 403);
  });

  // Before the first act: if this answer is lost, nothing was done, and the act has one sender at every try.
  app.post('/hello', async (c) => {
    if (identify(c)) return c.json({});
    const { code, solution } = readGreeting(parse(await c.req.text()));
    const [block, bits] = [blockOf(caller(c)), newcomers.puzzleBits(code)];
    if (bits > 0 && !puzzles.accepts(block, solution))
      return c.json({ error: 'puzzle', puzzle: puzzles.ask(block, bits) }, 428);
    return welcome(c, code) ? c.json({}) : later(c);
  });

  app.route('/oauth', chatOauthRoutes({ ...settings, identify, welcome }));

  app.post('/in', async (c) => {
    if (Number(c.req.header('content-length') ?? Number.NaN) > INPUT_MAX_BYTES)
      return c.json({ error: 'too_long' }, 413);
    const body = await c.req.text();
    if (Buffer.byteLength(body) > INPUT_MAX_BYTES) return c.json({ error: 'too_long' }, 413);
    const input = readWebInput(parse(body));
    if (!input) return c.json({ error: 'bad_input' }, 400);
    const from = identify(c);
    if (!from) return c.json({ error: 'new' }, 401);
    const { id, language } = input;
    const by = { from, at: now(), block: blockOf(caller(c)), ...(language ? { language } : {}) };
    await receive({ id: `web:${id}`, ...by, ...contentOf(input) });
    return c.json({});
  });

  app.post('/file', async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length > UPLOAD_MAX_BYTES) return c.json({ error: 'too_long' }, 413);
    const from = identify(c);
    if (!from) return c.json({ error: 'new' }, 401);
    if (!newcomers.uploads(from)) return later(c);
    const file = await uploads.keep(bytes);
    return file ? c.json({ file }) : c.json({ error: 'no_photo' }, 415);
  });

  // An announcement counts as delivered. The time at which a person read it is not stored.
  app.post('/seen', async (c) => {
    const of = identify(c);
    if (!of) return c.json({ error: 'new' }, 401);
    const { n } = (parse(await c.req.text()) ?? {}) as { readonly n?: unknown }; // checked in the next line
    if (!Number.isSafeInteger(n)) return c.json({ error: 'bad_input' }, 400);
    const { entries } = await chats.read(of, 0);
    const removed = new Set(entries.map(({ removes }) => removes));
    const shown = entries.filter((one) => one.n <= Number(n) && !removed.has(String(one.n)));
    const counted = await Promise.all(
      shown.map((one) => !one.message?.ledger || settings.seen(of, one.message.ledger, String(one.n))),
    );
    if (counted.every(Boolean)) return c.body(null, 204);
    return c.json({ error: 'later' }, 503, { 'retry-after': String(SEEN_AGAIN_S) });
  });

  app.get('/push', (c) => c.json({ key: push.publicKey }));

  app.post('/push', async (c) => {
    const of = identify(c);
    if (!of) return c.json({ error: 'new' }, 401);
    const { endpoint } = (parse(await c.req.text()) ?? {}) as { readonly endpoint?: unknown }; // checked in the next line
    if (!push.takes(endpoint)) return c.json({ error: 'bad_input' }, 400);
    return (await bells.keep(of, endpoint)) ? c.body(null, 204) : c.json({ error: 'new' }, 401);
  });

  app.post('/push/off', async (c) => {
    const of = addressOf(getCookie(c, COOKIE));
    if (of) await bells.remove(of);
    return c.body(null, 204);
  });

  app.get('/out', (c) => {
    const of = addressOf(getCookie(c, COOKIE));
    return of ? streams.respond(of, afterIn(c)) : c.json({ error: 'new' }, 401);
  });

  app.get('/log', async (c) => {
    const of = addressOf(getCookie(c, COOKIE));
    if (!of) return c.json({ known: false, entries: [], lost: false, oauth: messengers().map(({ scheme }) => scheme) });
    const { entries, lost } = await chats.read(of, afterIn(c));
    opened(of);
    return c.json({ known: true, entries: entries.map(shownEntry), lost });
  });

  app.get('/attached/:n', async (c) => {
    const of = addressOf(getCookie(c, COOKIE));
    const n = Number(c.req.param('n'));
    const [entry] = of && n > 0 ? (await chats.read(of, n - 1)).entries : [];
    if (!entry?.message || entry.n !== n) return c.json({ error: 'not_found' }, 404);
    const { file } = entry.message;
    const bytes = file
      ? Buffer.from(file.text, file.base64 ? 'base64' : 'utf8')
      : await readAttached(entry.message, readFile);
    if (!bytes) return c.json({ error: 'not_found' }, 404);
    const isShown = !file || file.picture;
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': isShown ? typeOf(bytes) : 'application/octet-stream',
      'cache-control': 'private, max-age=3600',
      ...(isShown ? {} : { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}` }),
    });
  });

  // The web server answers for errors: it tells a store that is away from a fault.
  app.onError((error) => {
    throw error;
  });
  return app;
}

/** The content types that a browser may show; anything else is a download. */
function typeOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('OggS')) return 'audio/ogg';
  if (head.startsWith('\x1a\x45\xdf\xa3')) return 'audio/webm';
  return head.startsWith('ftyp', 4) ? 'audio/mp4' : 'application/octet-stream';
}

/** The last entry that the page has: the browser's own header after a cut, else the address. */
function afterIn(c: Context): number {
  const after = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0);
  return Number.isSafeInteger(after) && after > 0 ? after : 0;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
