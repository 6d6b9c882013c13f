import { Redis } from 'ioredis';
import { inject } from 'vitest';
import type { EmbeddedRedis } from '../src/store/embedded.ts';

/** A cluster server that test/prepare.ts started. */
export type SharedRedis = Pick<EmbeddedRedis, 'url' | 'port' | 'password' | 'pid'>;

declare module 'vitest' {
  interface ProvidedContext {
    readonly clusterServers: readonly SharedRedis[];
  }
}

let server: Promise<EmbeddedRedis> | undefined;

/** Returns this worker's cluster server; the first call in a test file empties it. */
export function sharedRedis(): Promise<EmbeddedRedis> {
  server ??= emptied();
  return server;
}

async function emptied(): Promise<EmbeddedRedis> {
  const shared = inject('clusterServers')[Number(process.env.VITEST_POOL_ID) - 1];
  if (!shared) throw new Error(`There is no shared server for worker ${process.env.VITEST_POOL_ID}.`);
  const redis = new Redis(shared.url);
  await redis.flushall();
  redis.disconnect();
  // The server outlives the file that uses it.
  return { ...shared, stop: async () => {}, died: new Promise(() => {}) };
}
