import type { Context, MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

const READS = ['GET', 'HEAD'];

/** Lets pages of any origin read public answers, errors included. Nothing that writes is shared. */
export function sharedReads(isPublic: (c: Context) => boolean = () => true): MiddlewareHandler {
  const share = cors({ origin: '*', allowMethods: READS, exposeHeaders: ['retry-after'] });
  return async (c, next) => {
    const { method } = c.req;
    const meant = method === 'OPTIONS' ? (c.req.header('access-control-request-method') ?? '') : method;
    if (!READS.includes(meant) || !isPublic(c)) return next();
    const preflight = await share(c, next);
    c.res.headers.set('cross-origin-resource-policy', 'cross-origin');
    return preflight;
  };
}
