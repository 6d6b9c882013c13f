import type { Redis } from 'ioredis';

/** What stays the same however many recipients there are: the people themselves, and BullMQ's stream of the last 10,000 events. */
const NOT_OF_A_BROADCAST = /:person:|:events$/;

/** The memory of all keys that a broadcast may have made, by Redis's own account, every element counted. */
export async function weigh(redis: Redis): Promise<number> {
  let bytes = 0;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 1000);
    const batch = redis.pipeline();
    for (const key of keys) if (!NOT_OF_A_BROADCAST.test(key)) batch.call('MEMORY', 'USAGE', key, 'SAMPLES', '0');
    for (const [error, own] of (await batch.exec()) ?? []) {
      if (error) throw error;
      bytes += Number(own ?? 0);
    }
    cursor = next;
  } while (cursor !== '0');
  return bytes;
}
