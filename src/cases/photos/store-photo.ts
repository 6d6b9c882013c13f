import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Largest photo that is read. */
export const PHOTO_MAX_BYTES = 10 * 1024 * 1024;

/** Path of a stored photo. */
export function photoPath(folder: string, name: string): string {
  return join(folder, `${name}.jpg`);
}

/** Writes a photo to disk, whole or not at all. */
export async function storePhoto(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = photoPath(folder, name);
  // A repeated call may store the same photo at this moment.
  const part = `${path}.${randomUUID()}.part`;
  await writeFile(part, bytes);
  await rename(part, path);
}
