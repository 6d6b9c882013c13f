import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The part of the file system that Linux keeps in memory. */
const MEMORY = '/dev/shm';
/** A container may have 64 MB there; a run of all tests writes less than this. */
const ROOM_MIN = 2 ** 30;

/** Makes a folder in memory, if there is room: a commit waits for its disk. Tests of power cuts use a real disk. */
export function memoryFolder(name: string): string {
  return mkdtempSync(join(hasRoom() ? MEMORY : tmpdir(), name));
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ROOM_MIN;
  } catch {
    return false;
  }
}
