import type { Context, MiddlewareHandler } from 'hono';

/** The header of the console's own calls. A page elsewhere cannot set it without permission. */
const PAGE_HEADER = 'x-anlin-page';

/** Refuses state-changing calls that the console's own pages cannot have made. `site`: the configured origin. */
export function ownPagesOnly(site: string | undefined): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || isOwn(c, site)) return next();
    return c.json({ error: 'other_page' }, 403);
  };
}

function isOwn(c: Context, site: string | undefined): boolean {
  // HTML forms cannot send JSON; uploads are safe by the header alone.
  if (!/^(application\/json|multipart\/form-data)\b/i.test(c.req.header('content-type') ?? '')) return false;
  if (c.req.header(PAGE_HEADER) !== '1') return false;
  if ((c.req.header('sec-fetch-site') ?? 'same-origin') !== 'same-origin') return false;
  const origin = c.req.header('origin');
  return origin === undefined || origin === site || hostOf(origin) === c.req.header('host');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
