import { readFile } from 'node:fs/promises';
import type { Context } from 'hono';
import { photoPath } from '../cases/photos/store-photo.ts';

/** Sends the stored copy of a photo; one that is not fetched yet has none. */
export async function sendPhoto(c: Context, folder: string, name: string): Promise<Response> {
  const bytes = await readFile(photoPath(folder, name)).catch(() => undefined);
  if (!bytes) return c.json({ error: 'not_here_yet' }, 404);
  return c.body(new Uint8Array(bytes), 200, {
    'content-type': 'image/jpeg',
    'cache-control': 'private, max-age=3600',
  });
}
