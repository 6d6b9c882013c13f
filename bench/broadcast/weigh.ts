import type { Redis } from 'ioredis';

/** Keys outside a broadcast: the people, and BullMQ's stream of its last 10,000 events. */
const OTHER_KEYS = /:person:|:events$/;

/** Returns the memory of a broadcast's keys in bytes. Redis counts every element (SAMPLES 0). */
export async function weigh(redis: Redis): Promise<number> {
  let bytes = 0;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 1000);
    const batch = redis.pipeline();
    for (const key of keys) if (!OTHER_KEYS.test(key)) batch.call('MEMORY', 'USAGE', key, 'SAMPLES', '0');
    for (const [error, own] of (await batch.exec()) ?? []) {
      if (error) throw error;
      bytes += Number(own ?? 0);
    }
    cursor = next;
  } while (cursor !== '0');
  return bytes;
}
