import type { Context } from 'hono';
import type { ResponseNode } from './xml.ts';
import { toXml } from './xml.ts';

/** Path of GeoReport v2 on the web server. */
const MOUNTED_AT = '/open311/v2';

type Status = 200 | 400 | 403 | 404 | 429 | 500 | 503;

/** Returns the URL of GeoReport v2 as the caller addressed it. */
export function baseOf(c: Context): string {
  const { origin } = new URL(c.req.url);
  return `${origin}${MOUNTED_AT}`;
}

/** Returns the route of a resource in both formats. */
export function inFormats(resource: string): string {
  return `/:resource{${resource}\\.(?:xml|json)}`;
}

/** Returns the name in `/requests/<name>.<format>`. */
export function nameOf(c: Context): string {
  return (c.req.param('file') ?? '').replace(/\.\w+$/, '');
}

/** Responds in the format of the path; an error without a known format is XML. */
export function respond(c: Context, root: string, node: ResponseNode, status: Status = 200): Response {
  const { pathname } = new URL(c.req.url);
  if (pathname.endsWith('.json'))
    return c.body(JSON.stringify(node), status, { 'content-type': 'application/json; charset=utf-8' });
  if (pathname.endsWith('.xml') || status !== 200) {
    return c.body(toXml(root, node), status, { 'content-type': 'text/xml; charset=utf-8' });
  }
  return refuse(c, 404, 'The formats are xml and json.');
}

/** Responds with the specification's error list. */
export function refuse(c: Context, status: Exclude<Status, 200>, description: string): Response {
  return respond(c, 'errors', [{ code: status, description }], status);
}
