import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { shownTypeOf } from './files.ts';
import type { Neighbours } from './neighbours.ts';
import { ApiRefusal } from './refusal.ts';
import type { World } from './world.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Sends one file of the built phones page. It may frame the product's pages. */
export async function sendPage(
  page: (() => Promise<string>) | undefined,
  path: string,
  neighbours: Neighbours | undefined,
  response: ServerResponse,
): Promise<void> {
  if (!page) throw new ApiRefusal(404, 'Not Found');
  const name = path === '/' ? '/index.html' : path;
  if (!/^(\/assets)?\/[\w.-]+$/.test(name)) throw new ApiRefusal(404, 'Not Found');
  const bytes = await readFile(`${await page()}${name}`).catch(() => undefined);
  if (!bytes) throw new ApiRefusal(404, 'Not Found');
  response.writeHead(200, {
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': [
      "default-src 'self'",
      "img-src 'self' data: blob:",
      ...(neighbours ? [`frame-src ${framed(neighbours).join(' ')}`] : []),
      "frame-ancestors 'none'",
    ].join('; '),
  });
  response.end(bytes);
}

/** The origins of the pages in frames. A page that is opened as localhost frames the web chat of that name. */
function framed({ console, webChat }: Neighbours): readonly string[] {
  const origins = [console, ...(webChat ? [webChat] : [])].map((url) => new URL(url).origin);
  return [...new Set(origins.flatMap((origin) => [origin, origin.replace('//127.0.0.1', '//localhost')]))];
}

/** Sends a file that a person or the bot has sent in a message. A browser shows it or saves it under its name. */
export function sendFile(world: World, id: string, response: ServerResponse): void {
  const bytes = world.file(id);
  if (!bytes) throw new ApiRefusal(404, 'Not Found');
  const name = [...world.messages.values()].find(({ document }) => document?.file_id === id)?.document?.file_name;
  const type = shownTypeOf(bytes, name);
  const named = name === undefined ? '' : `; filename*=UTF-8''${encodeURIComponent(name)}`;
  response.writeHead(200, {
    'content-type': type ?? 'application/octet-stream',
    'content-disposition': `${type ? 'inline' : 'attachment'}${named}`,
    // The viewer of some browsers opens no PDF in a sandbox or without sources; a PDF cannot reach the page.
    'content-security-policy':
      type === 'application/pdf' ? "frame-ancestors 'none'" : "sandbox; frame-ancestors 'none'",
  });
  response.end(bytes);
}
