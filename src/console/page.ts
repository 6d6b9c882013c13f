import { Hono } from 'hono';
import { tileOrigin } from '../map-tiles.ts';
import type { PageSource } from '../page-build/page-files.ts';
import { pageLoader } from '../page-build/page-files.ts';
import { pageAnswer } from '../page-build/serve-page.ts';
import type { ConsoleSettings } from './console-settings.ts';

/** What the page may do: its own code, styles, calls and pictures, and map tiles. Telegram's web client may frame it as a Mini App. */
function pagePolicy({ tiles, framedBy }: Pick<ConsoleSettings, 'tiles' | 'framedBy'>): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${tiles ? ` ${tileOrigin(tiles)}` : ''}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors 'self' https://web.telegram.org${framedBy ? ` ${framedBy}` : ''}`,
    "require-trusted-types-for 'script'",
  ].join('; ');
}
export const CONSOLE_PAGE: PageSource = {
  name: 'console',
  folder: new URL('./web/', import.meta.url),
  base: '/console/',
  words: 'console',
  target: ['es2022'],
};

/** Serves the built page. It is read, and if need be built, at the first call. */
export function pageRoutes(settings: Pick<ConsoleSettings, 'services' | 'tiles' | 'framedBy'>): Hono {
  const { log } = settings.services;
  const headers = { 'content-security-policy': pagePolicy(settings) };
  const app = new Hono();
  const load = pageLoader(CONSOLE_PAGE, log);
  app.get('/*', async (c) => {
    const path = new URL(c.req.url).pathname.replace(/^\/console\/?/, '');
    const found = (await load()).get(path);
    // A path with an ending is a file that is gone; any other one is a page of the console.
    const isGone = !found && /\.\w+$/.test(path);
    const file = found && path !== 'index.html' ? found : isGone ? undefined : (await load()).get('index.html');
    return file ? pageAnswer(file, c.req.header('accept-encoding'), headers, c.env) : c.notFound();
  });
  return app;
}
