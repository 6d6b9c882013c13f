import { HOUR_MS } from '../calendar.ts';
import type { Urn } from '../channels/channel.ts';
import type { PartState } from '../channels/wechat/state.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** Longer than a message is tried again, ms. */
const PARTS_MS = 48 * HOUR_MS;

/** Keeps how far the messages of several parts have come, for all processes. It expires by itself. */
export function keptParts({ redis, keys }: Store): PartState {
  return {
    async partsSent(to, message) {
      return Number((await orStoreAway(redis.hget(keys.sentParts(to), message))) ?? 0);
    },
    async notePartsSent(to: Urn, message, count) {
      const key = keys.sentParts(to);
      if (count === 0) await orStoreAway(redis.hdel(key, message));
      // With its end, so that no note stays.
      else await orStoreAway(redis.multi().hset(key, message, String(count)).pexpire(key, PARTS_MS).exec());
    },
  };
}
