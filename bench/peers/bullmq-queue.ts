import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { SenderEnvironment } from '../broadcast/sender.ts';

/** Jobs added in one transaction. */
const ADDED_AT_ONCE = 1000;
const NAME = 'broadcast';

/** A BullMQ queue with its worker. */
export type BroadcastQueue<T> = {
  add(payloads: readonly T[]): Promise<void>;
  /** Works until every job has ended. */
  work(): Promise<readonly []>;
  close(): Promise<void>;
};

/**
 * Opens a queue and its worker as BullMQ's documentation advises: jobs added in bulk, small payloads, one concurrent
 * worker, completed jobs removed. There is no limiter.
 */
export function openQueue<T>(
  { redisUrl, stalledMs }: SenderEnvironment,
  concurrency: number,
  send: (payload: T) => Promise<void>,
): BroadcastQueue<T> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue<{ readonly to: T }>(NAME, { connection });
  const worker = new Worker<{ readonly to: T }>(NAME, (job) => send(job.data.to), {
    connection,
    concurrency,
    autorun: false,
    removeOnComplete: { count: 0 },
    ...(stalledMs === undefined ? {} : { lockDuration: stalledMs, stalledInterval: stalledMs }),
  });
  let running: Promise<void> | undefined;
  return {
    async add(payloads) {
      for (let from = 0; from < payloads.length; from += ADDED_AT_ONCE) {
        const some = payloads.slice(from, from + ADDED_AT_ONCE);
        await queue.addBulk(some.map((to) => ({ name: 'send', data: { to } })));
      }
    },
    async work() {
      const counts = await queue.getJobCounts('wait', 'active');
      let left = (counts.wait ?? 0) + (counts.active ?? 0);
      const ended = new Promise<void>((done, fail) => {
        worker.on('completed', () => {
          left -= 1;
          if (left === 0) done();
        });
        worker.on('failed', (_job, error) => fail(error));
      });
      if (running) worker.resume();
      else running = worker.run();
      await ended;
      worker.removeAllListeners('completed');
      worker.removeAllListeners('failed');
      await worker.pause();
      return [];
    },
    async close() {
      await worker.close();
      await queue.close();
      connection.disconnect();
    },
  };
}
