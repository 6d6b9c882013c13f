import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { ResponseNode } from './xml.ts';
import { toXml } from './xml.ts';

/** Path of Open311 on the web server, and of GeoReport v2 below it. */
export const MOUNTED_AT = '/open311';
export const VERSION_AT = '/v2';

/** Statuses of errors, which all have the specification's error list as their body. */
export type ErrorStatus = 400 | 403 | 404 | 405 | 413 | 415 | 429 | 500 | 503;

const TYPES = { xml: 'text/xml; charset=utf-8', json: 'application/json; charset=utf-8' } as const;
type Format = keyof typeof TYPES;

/** Returns the route of a resource in both formats. */
export function inFormats(resource: string): string {
  return `/:resource{${resource}\\.(?:xml|json)}`;
}

/** Returns the name in `/requests/<name>.<format>`. */
export function nameOf(c: Context): string {
  return (c.req.param('file') ?? '').replace(/\.\w+$/, '');
}

/** Responds in the format of the path. */
export function respond(c: Context, root: string, node: ResponseNode): Response {
  const format = formatIn(c);
  return format ? write(c, format, root, node, 200) : refuse(c, 404, 'The formats are xml and json.');
}

/** Responds with the specification's error list: in the format of the path, else in one that the caller accepts. */
export function refuse(c: Context, status: ErrorStatus, description: string): Response {
  const format = formatIn(c) ?? acceptedBy(c);
  return write(c, format, 'errors', [{ code: status, description }], status);
}

function write(c: Context, format: Format, root: string, node: ResponseNode, status: 200 | ErrorStatus): Response {
  const body = format === 'json' ? JSON.stringify(node) : toXml(root, node);
  return c.body(body, status, { 'content-type': TYPES[format] });
}

function formatIn(c: Context): Format | undefined {
  const [, format] = /\.(xml|json)$/.exec(c.req.path) ?? [];
  return format as Format | undefined; // the pattern names no other
}

function acceptedBy(c: Context): Format {
  const supports = ['text/xml', 'application/xml', 'application/json'];
  return accepts(c, { header: 'Accept', supports, default: 'text/xml' }).endsWith('json') ? 'json' : 'xml';
}
