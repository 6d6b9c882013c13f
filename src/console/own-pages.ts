import type { Context, MiddlewareHandler } from 'hono';
import { isFromOwnPage } from '../own-page.ts';

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
  return isFromOwnPage((name) => c.req.header(name), site) !== false;
}
