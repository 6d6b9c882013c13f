import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** How to reach the embedded server of a data folder, and the process that started it. */
export type ServerNote = { readonly port: number; readonly password: string; readonly owner: number };

/** The file in which a data folder keeps its server's note. */
export function noteFileIn(folder: string): string {
  return join(folder, 'embedded.json');
}

/** Writes the note, readable by its owner only: it holds the password. */
export function writeNote(file: string, note: ServerNote): void {
  writeFileSync(file, JSON.stringify(note), { mode: 0o600 });
}

/** Reads the note; undefined if there is none or it is damaged. */
export function readNote(file: string): ServerNote | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ServerNote; // written by writeNote
  } catch {
    return undefined;
  }
}

/** The server's URL, with its password. */
export function urlOf({ port, password }: Pick<ServerNote, 'port' | 'password'>): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}

/** True while the owner process lives and the server answers. */
export async function isInUse(note: ServerNote): Promise<boolean> {
  return isAlive(note.owner) && (await answers(urlOf(note)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process that its parent has not reaped (state Z) still accepts signals.
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !readFileSync(stat, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  return redis
    .ping()
    .then(() => true)
    .catch(() => false)
    .finally(() => redis.disconnect());
}
