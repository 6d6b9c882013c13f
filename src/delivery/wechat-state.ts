import { DAY_MS, dayOf } from '../calendar.ts';
import type { WechatState } from '../channels/wechat/state.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { keptOffers } from './kept-offers.ts';
import { keptParts } from './kept-parts.ts';

/** News waits as long as this; a person whom it called does not hear a second bell meanwhile, ms. */
const BELL_MS = 7 * DAY_MS;

/** Keeps the windows and numbers of WeChat's people in the store, for all processes. Both expire by themselves. */
export function openWechatState(store: Store): WechatState {
  const { redis, keys } = store;
  return {
    ...keptOffers(store),
    ...keptParts(store),
    async opened(of, by, now) {
      await orStoreAway(redis.anlinOpenWindow(1, keys.wechatWindow(of), by, now));
      await orStoreAway(redis.del(keys.wechatBell(of)));
    },
    spend: (of, now, key) => orStoreAway(redis.anlinSpendWindow(1, keys.wechatWindow(of), now, 1, key)),
    async giveBack(of, now, key) {
      await orStoreAway(redis.anlinSpendWindow(1, keys.wechatWindow(of), now, -1, key));
    },
    async mayRing(to, now, perDay) {
      if (!(await orStoreAway(redis.set(keys.wechatBell(to), '1', 'PX', BELL_MS, 'NX')))) return 'rung';
      const day = keys.wechatBells(dayOf(now));
      // A count that a repeated command takes twice makes the budget smaller, never larger.
      const [[, rung = 0] = []] =
        (await orStoreAway(
          redis
            .multi()
            .incr(day)
            .pexpire(day, 3 * DAY_MS)
            .exec(),
        )) ?? [];
      if (Number(rung) <= perDay) return 'ok';
      await orStoreAway(redis.del(keys.wechatBell(to)));
      return 'budget';
    },
    async unrung(to) {
      await orStoreAway(redis.del(keys.wechatBell(to)));
    },
    async closed(of) {
      await orStoreAway(redis.del(keys.wechatWindow(of)));
    },
  };
}
