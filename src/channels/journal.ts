import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from '../log.ts';

/** The platform gives up after five seconds: a message that is not taken by then goes to the journal, ms. */
const TAKEN_WITHIN_MS = 3500;
const RETRY_EVERY_MS = 1000;

/** Keeps messages of a service that redelivers for seconds only, until the store takes them. */
export type Journal<Kept> = {
  /** Resolves once the message has taken effect, or lies in the file on disk. */
  take(one: Kept, person: string): Promise<void>;
  /** Messages in the file. */
  waiting(): number;
  close(): Promise<void>;
};

/**
 * Opens a journal in a file of this process. Messages of earlier runs are fed first. While any message waits, later ones
 * wait behind it, so that each person's order holds. A message that is fed twice takes effect once, by its id.
 */
export function openJournal<Kept>(path: string, receive: (one: Kept) => Promise<void>, log: Log): Journal<Kept> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const queue = read(path) as Kept[]; // written by append
  /** The last message of each person that is being taken. */
  const underWay = new Map<string, Promise<void>>();
  let writing: Promise<unknown> = Promise.resolve();
  let feeding = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  /** One write at a time: what is appended while the file is rewritten must not get lost. */
  const write = <T>(work: () => Promise<T>): Promise<T> => {
    const done = writing.then(work, work);
    writing = done.catch(() => {});
    return done;
  };
  const append = (one: Kept) =>
    write(async () => {
      const file = await open(path, 'a', 0o600);
      try {
        await file.write(`${JSON.stringify(one)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      queue.push(one);
    });
  const rewrite = () =>
    write(async () => {
      if (queue.length === 0) return rm(path, { force: true });
      const file = await open(`${path}.part`, 'w', 0o600);
      await file.write(queue.map((one) => `${JSON.stringify(one)}\n`).join(''));
      await file.sync();
      await file.close();
      return rename(`${path}.part`, path);
    });
  const feed = async (): Promise<void> => {
    if (feeding || closed || queue.length === 0) return;
    feeding = true;
    try {
      for (let next = queue[0]; next && !closed; next = queue[0]) {
        await receive(next);
        queue.shift();
      }
    } catch (error) {
      log.warn({ err: error, waiting: queue.length }, 'kept messages could not be handled yet');
    }
    feeding = false;
    await rewrite().catch((error) => log.error({ err: error }, 'the journal could not be written'));
    if (queue.length > 0) later();
  };
  const later = () => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(feed, RETRY_EVERY_MS);
  };
  const takeOne = async (one: Kept, withinMs: number): Promise<void> => {
    if (queue.length === 0 && withinMs > 0) {
      const taken = receive(one).then(
        () => true,
        () => false,
      );
      if (await Promise.race([taken, within(withinMs)])) return;
    }
    await append(one);
    later();
  };
  if (queue.length > 0) later();
  return {
    async take(one, person) {
      const until = performance.now() + TAKEN_WITHIN_MS;
      const before = underWay.get(person) ?? Promise.resolve();
      // Of one person, the next message starts when the one before is taken or kept.
      const done = before.then(() => takeOne(one, until - performance.now()));
      const ended = done.catch(() => {});
      underWay.set(person, ended);
      await done.finally(() => {
        if (underWay.get(person) === ended) underWay.delete(person);
      });
    },
    waiting: () => queue.length,
    async close() {
      closed = true;
      clearTimeout(timer);
      await writing;
    },
  };
}

function within(ms: number): Promise<false> {
  return new Promise((done) => setTimeout(() => done(false), ms).unref());
}

/** Reads the whole lines of the file: a torn last line was never answered for. */
function read(path: string): unknown[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}
