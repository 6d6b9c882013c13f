import type { Urn } from '../channels/channel.ts';
import { asking } from '../store/store.ts';
import type { House } from './turn.ts';
import { expire } from './turn.ts';

const EVERY_MS = 5000;
const BATCH = 50;

/** Looks for talks that were left alone too long. Every process may look; the commit lets each notice go out once. */
export function watchExpiry(house: House): { close(): void } {
  const look = async () => {
    const { redis, keys } = house.store;
    const due = await asking(redis.zrangebyscore(keys.talksExpiring, '-inf', `(${house.now()}`, 'LIMIT', 0, BATCH));
    for (const urn of due) await expire(urn as Urn, house); // written by a commit from a Urn
  };
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    look()
      .catch((error) => house.log.warn({ err: error }, 'expired talks could not be looked for'))
      .finally(() => {
        running = false;
      });
  }, EVERY_MS);
  return { close: () => clearInterval(timer) };
}
