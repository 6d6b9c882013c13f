import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../files/write-whole.ts';

/** Largest photo that is read. */
export const PHOTO_MAX_BYTES = 10 * 1024 * 1024;

/** Path of a stored photo. */
export function photoPath(folder: string, name: string): string {
  return join(folder, `${name}.jpg`);
}

/** Writes a photo to disk, whole or not at all. */
export async function storePhoto(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeWhole(photoPath(folder, name), bytes);
}
