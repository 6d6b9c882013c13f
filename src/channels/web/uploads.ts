import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS } from '../../calendar.ts';
import { writeWhole } from '../../files/write-whole.ts';

/** Largest file that the page may send: it shrinks photos to far less. */
export const UPLOAD_MAX_BYTES = 8 * 1024 * 1024;
/** A case keeps its own copy of a photo; the upload itself goes after this time, ms. */
const KEPT_MS = 30 * DAY_MS;

/** Files that people sent through the page, named by their content. */
export type Uploads = {
  /** Keeps a file; returns its name, the same for the same bytes. Undefined if it is no photo or recording. */
  keep(bytes: Uint8Array): Promise<string | undefined>;
  /** Rejects if there is no such file. */
  read(name: string): Promise<Uint8Array>;
  /** Deletes files whose time is over; returns their number. */
  sweep(now: number): Promise<number>;
};

/** First bytes of JPEG, and of the recordings that browsers make: Ogg, WebM and MP4. */
const SIGNATURES: readonly (readonly [offset: number, bytes: string])[] = [
  [0, '\xff\xd8\xff'],
  [0, 'OggS'],
  [0, '\x1a\x45\xdf\xa3'],
  [4, 'ftyp'],
];

/** Opens the folder of uploads. */
export function openUploads(folder: string): Uploads {
  return {
    async keep(bytes) {
      const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
      if (!SIGNATURES.some(([at, said]) => head.startsWith(said, at))) return undefined;
      const name = createHash('sha256').update(bytes).digest('hex');
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(join(folder, name), bytes, 0o600);
      return name;
    },
    read: (name) =>
      /^[0-9a-f]{64}$/.test(name) ? readFile(join(folder, name)) : Promise.reject(new Error('No such upload.')),
    async sweep(now) {
      let deleted = 0;
      for (const name of await readdir(folder).catch(() => [])) {
        const { mtimeMs } = await stat(join(folder, name));
        if (mtimeMs > now - KEPT_MS) continue;
        await rm(join(folder, name), { force: true });
        deleted += 1;
      }
      return deleted;
    },
  };
}
