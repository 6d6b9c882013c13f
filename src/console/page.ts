import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Log } from '../log.ts';
import type { PageFile } from './page-files.ts';
import { loadPageFiles } from './page-files.ts';

/** What the page may do: its own code, styles, calls and pictures. Telegram's web client may frame it as a Mini App. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'self' https://web.telegram.org",
  "require-trusted-types-for 'script'",
].join('; ');
const YEAR_S = 31_536_000;

/** Serves the built page. It is read, and if need be built, at the first call. */
export function pageRoutes(log: Log): Hono {
  const app = new Hono();
  let files: Promise<ReadonlyMap<string, PageFile>> | undefined;
  const load = () => {
    files ??= loadPageFiles(log);
    files.catch(() => {
      files = undefined;
    });
    return files;
  };
  app.get('/*', async (c) => {
    const path = new URL(c.req.url).pathname.replace(/^\/console\/?/, '');
    const found = (await load()).get(path);
    if (found && path !== 'index.html') return answer(c, found);
    // A path with an ending is a file that is gone; any other one is a page of the console.
    const index = /\.\w+$/.test(path) ? undefined : (await load()).get('index.html');
    return index ? answer(c, index) : c.notFound();
  });
  return app;
}

function answer(c: Context, { type, plain, brotli, immutable }: PageFile): Response {
  const packs = brotli !== undefined && /\bbr\b/.test(c.req.header('accept-encoding') ?? '');
  const isPage = type.startsWith('text/html');
  return c.body(new Uint8Array(packs ? brotli : plain), 200, {
    'content-type': type,
    vary: 'accept-encoding',
    'cache-control': immutable ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
    ...(packs ? { 'content-encoding': 'br' } : {}),
    ...(isPage ? { 'content-security-policy': PAGE_POLICY, 'x-frame-options': 'ALLOWALL' } : {}),
  });
}
