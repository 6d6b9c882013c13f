import type { Store } from '../../src/store/store.ts';

/** Names of all keys whose name or content holds this text, without the city. */
export async function keysNaming({ redis, keys }: Store, text: string): Promise<readonly string[]> {
  const prefix = keys.meta.slice(0, -'meta'.length);
  const found: string[] = [];
  for (const key of await redis.keys(`${prefix}*`)) {
    const type = await redis.type(key);
    const content =
      type === 'hash'
        ? await redis.hgetall(key)
        : type === 'zset'
          ? await redis.zrange(key, 0, '-1')
          : type === 'stream'
            ? await redis.xrange(key, '-', '+')
            : type === 'list'
              ? await redis.lrange(key, 0, -1)
              : await redis.get(key);
    if (key.includes(text) || JSON.stringify(content).includes(text)) found.push(key.slice(prefix.length));
  }
  return found.toSorted();
}
