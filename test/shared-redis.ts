import { Redis } from 'ioredis';
import { inject } from 'vitest';
import type { EmbeddedRedis } from '../src/store/start/embedded.ts';

/** A cluster server that test/prepare.ts started. */
export type SharedRedis = Pick<EmbeddedRedis, 'url' | 'port' | 'password' | 'pid'>;

declare module 'vitest' {
  interface ProvidedContext {
    readonly clusterServers: readonly SharedRedis[];
  }
}

/** Apps of this worker that use its server now. */
let users = 0;

/** Gives this worker's cluster server with a free city; empties it unless another app uses it. `stop` gives it back. */
export async function useSharedRedis(): Promise<{ readonly redis: EmbeddedRedis; readonly city: string }> {
  const shared = inject('clusterServers')[Number(process.env.VITEST_POOL_ID) - 1];
  if (!shared) throw new Error(`There is no shared server for worker ${process.env.VITEST_POOL_ID}.`);
  users += 1;
  if (users === 1) await empty(shared);
  let stopped = false;
  const stop = async () => {
    // A second close must not count: the next app would find the data of this one.
    if (!stopped) users -= 1;
    stopped = true;
  };
  return { redis: { ...shared, stop, died: new Promise(() => {}) }, city: users === 1 ? 'test' : `test${users}` };
}

async function empty({ url }: SharedRedis): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}
