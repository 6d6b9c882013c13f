import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** A server that its owner has just started answers within this time, ms. */
const STARTS_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 100;

/** True while the owner process lives and the server answers. A server that starts is waited for. */
export async function isInUse(note: ServerNote): Promise<boolean> {
  for (let waited = 0; isAlive(note.owner) && waited < STARTS_WITHIN_MS; waited += LOOK_EVERY_MS) {
    if (await answers(urlOf(note))) return true;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process lives and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    // A killed process that its parent has not reaped (state Z) still accepts signals.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

/** Any answer is a sign of life: a server that loads its data refuses the ping, but must not be stopped. */
async function answers(url: string): Promise<boolean> {
  const once = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, enableReadyCheck: false };
  const redis = new Redis(url, once);
  redis.on('error', () => {});
  return redis
    .ping()
    .then(() => true)
    .catch((error: Error) => error.name === 'ReplyError')
    .finally(() => redis.disconnect());
}
