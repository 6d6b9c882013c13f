import type { Connection } from './connect.ts';
import { StoreAway } from './connect.ts';

/** Longest wait for the replicas, ms. */
const WAIT_MS = 1000;

/**
 * Makes a function that resolves once all writes so far are on this many replicas. Throws StoreAway if too few have them.
 * Calls of one round of the event loop share one WAIT: it holds up the commands behind it.
 */
export function openReplication(redis: Connection, replicas: number): () => Promise<void> {
  if (replicas === 0) return async () => {};
  let next: Promise<void> | undefined;
  const wait = async () => {
    next = undefined;
    const have = await redis.wait(replicas, WAIT_MS).catch((cause: unknown) => {
      throw new StoreAway('The store did not answer.', { cause });
    });
    if (have < replicas) throw new StoreAway(`Only ${have} of ${replicas} replicas have the last commit.`);
  };
  return () => {
    next ??= new Promise((done) => setImmediate(done)).then(wait);
    return next;
  };
}
