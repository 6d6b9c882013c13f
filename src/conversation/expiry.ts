import type { Urn } from '../channels/channel.ts';
import { asking } from '../store/store.ts';
import { heldBySafeMode } from './safe-mode.ts';
import type { House } from './turn.ts';
import { expire } from './turn.ts';

const EVERY_MS = 5000;
const BATCH = 50;

/** Looks for talks that were left alone too long. Every process may look; the commit lets each notice go out once. */
export function watchExpiry(house: House): { close(): Promise<void> } {
  const { log } = house;
  let looking: Promise<void> | undefined;
  const look = async () => {
    if (await heldBySafeMode(house)) return;
    const { redis, keys } = house.store;
    const due = await asking(redis.zrangebyscore(keys.talksExpiring, '-inf', `(${house.now()}`, 'LIMIT', 0, BATCH));
    for (const urn of due) {
      // One person's trouble must not keep the others waiting. The urns were written by commits.
      await expire(urn as Urn, house).catch((error) => log.warn({ err: error }, 'a talk could not be ended'));
    }
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error) => log.warn({ err: error }, 'expired talks could not be looked for'))
      .finally(() => {
        looking = undefined;
      });
  }, EVERY_MS);
  return {
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
