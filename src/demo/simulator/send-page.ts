import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { contentTypeOf, fileIdIn } from './files.ts';
import { ApiRefusal } from './refusal.ts';
import type { World } from './world.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Sends one file of the built phones page. */
export async function sendPage(folder: string | undefined, path: string, response: ServerResponse): Promise<void> {
  if (!folder) throw new ApiRefusal(404, 'Not Found');
  const name = path === '/' ? '/index.html' : path;
  if (!/^(\/assets)?\/[\w.-]+$/.test(name)) throw new ApiRefusal(404, 'Not Found');
  const bytes = await readFile(`${folder}${name}`).catch(() => undefined);
  if (!bytes) throw new ApiRefusal(404, 'Not Found');
  response.writeHead(200, {
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'",
  });
  response.end(bytes);
}

/** Sends a file that a person or the bot has sent in a message. */
export function sendFile(world: World, name: string, response: ServerResponse): void {
  const bytes = world.file(fileIdIn(name));
  if (!bytes) throw new ApiRefusal(404, 'Not Found');
  response.writeHead(200, {
    'content-type': contentTypeOf(bytes),
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
  });
  response.end(bytes);
}
