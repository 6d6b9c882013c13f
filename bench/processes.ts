import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startEmbeddedRedis } from '../src/store/start/embedded.ts';
import type { Environment } from './subject.ts';

/** Redis and the fake Bot API of one bench, each in its own process. */
export type Stage = {
  readonly redisUrl: string;
  readonly apiRoot: string;
  /** Returns the environment of one run; empties the store if `anew`. */
  environment(anew?: boolean): Promise<Environment>;
  close(): Promise<void>;
};

type StageOptions = { readonly appendfsync?: 'always' | 'everysec' };

/** The bot token for the fake API. */
export const TOKEN = '1000000001:AAbench0bench0bench0bench0bench0bench00';

/** Starts Redis and the fake Bot API. */
export async function openStage({ appendfsync = 'always' }: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-bench-'));
  const redis = await startEmbeddedRedis(join(folder, 'redis'), { appendfsync });
  const api = await startFakeApi();
  let runs = 0;
  return {
    redisUrl: redis.url,
    apiRoot: api.url,
    async environment(anew = true) {
      if (anew) await emptyStore(redis.url);
      runs += 1;
      return { redisUrl: redis.url, apiRoot: api.url, token: TOKEN, folder: join(folder, `run-${runs}`) };
    },
    async close() {
      api.close();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a process with one order and returns its measurement. Throws the process's error. */
export async function measureIn<Order extends object, Measured>(file: string, order: Order): Promise<Measured> {
  const { answer, kill } = startIn<Order, Measured>(file, order);
  return answer.finally(kill);
}

/** Starts a process with one order. The caller may kill it before it answers. */
export function startIn<Order extends object, Measured>(
  file: string,
  order: Order,
): { readonly answer: Promise<Measured>; kill(): Promise<void> } {
  const child = forked(file);
  const answer = once<{ measured?: Measured; error?: string }>(child).then(async ({ measured, error }) => {
    if (measured === undefined) throw new Error(error);
    await untilEnded(child);
    return measured;
  });
  // A caller that kills the process may ignore its answer.
  answer.catch(() => {});
  child.send(order);
  const kill = () => {
    child.kill('SIGKILL');
    return untilEnded(child);
  };
  return { answer, kill };
}

/** A process that stays open between its orders, so that several subjects can be measured in turn. */
export type OpenProcess<Opened, Order, Measured> = {
  readonly opened: Opened;
  measure(order: Order): Promise<Measured>;
  close(): Promise<void>;
};

/** Starts a process with its first order. */
export async function openIn<First extends object, Opened, Order extends object, Measured>(
  file: string,
  first: First,
): Promise<OpenProcess<Opened, Order, Measured>> {
  const child = forked(file);
  const ask = async <T>(order: object): Promise<T> => {
    const answer = once<{ measured?: T; error?: string }>(child);
    child.send(order);
    const { measured, error } = await answer;
    if (measured === undefined) throw new Error(error);
    return measured;
  };
  return {
    opened: await ask<Opened>(first),
    measure: (order) => ask<Measured>(order),
    close() {
      if (child.connected) child.disconnect();
      return untilEnded(child);
    },
  };
}

/** Starts the fake Bot API alone. */
export async function startFakeApi(): Promise<{ readonly url: string; close(): void }> {
  const child = forked('fake-api.ts');
  const { port } = await once<{ port: number }>(child);
  return { url: `http://127.0.0.1:${port}`, close: () => child.kill() };
}

function forked(file: string): ChildProcess {
  // BENCH_EXEC_ARGV adds node options, such as --cpu-prof.
  const more = file === 'fake-api.ts' ? [] : (process.env.BENCH_EXEC_ARGV ?? '').split(' ').filter(Boolean);
  return fork(new URL(file, import.meta.url), { execArgv: ['--expose-gc', ...more] });
}

function once<T>(child: ChildProcess): Promise<T> {
  return new Promise((done, fail) => {
    const ended = (code: number | null) => fail(new Error(`A process of the bench ended with ${code}.`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      done(message as T);
    });
  });
}

function untilEnded(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode === null && child.signalCode === null) child.once('exit', () => done());
    else done();
  });
}

async function emptyStore(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}
