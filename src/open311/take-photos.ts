import { createHash } from 'node:crypto';
import { photoName } from '../cases/photos/photo-name.ts';
import { reencode } from '../cases/photos/reencode.ts';
import { PHOTO_MAX_BYTES, storePhoto } from '../cases/photos/store-photo.ts';
import { storedFile } from '../channels/channel.ts';
import type { Media } from '../engine/input.ts';
import { CallRefused } from './call-refused.ts';
import type { FormFile } from './read-form.ts';

/** A photo of a form, its reference in the case, and its name on disk. */
export type SentPhoto = { readonly media: Media; readonly name: string; readonly bytes: Uint8Array };

/** Reads the photos of a form as photos from a chat are read. A file that is none refuses the call by its name. */
export async function takePhotos(
  files: readonly FormFile[],
  caseId: string,
  most: number,
): Promise<readonly SentPhoto[]> {
  if (files.length > most)
    throw new CallRefused(400, `There are ${files.length} photos; the request can have ${most} more.`);
  const photos: SentPhoto[] = [];
  for (const file of files) {
    if (file.bytes.length > PHOTO_MAX_BYTES)
      throw new CallRefused(413, `${file.field} has more than ${PHOTO_MAX_BYTES} bytes.`);
    const read = await reencode(file.bytes);
    if ('problem' in read) throw new CallRefused(400, `${file.field} is no photo: ${read.problem}.`);
    const same = sameOf(file);
    const name = photoName(caseId, same);
    photos.push({ media: { file: storedFile(name), same }, name, bytes: read.bytes });
  }
  return photos;
}

/** Id of a photo's content, as a channel gives one. */
export function sameOf({ bytes }: FormFile): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/** Writes photos to disk. */
export async function keepPhotos(folder: string, photos: readonly SentPhoto[]): Promise<void> {
  for (const { name, bytes } of photos) await storePhoto(folder, name, bytes);
}
