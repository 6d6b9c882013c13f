import type { Offer, WechatState } from '../channels/wechat/state.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** A number means something as long as the longest window, ms. */
const OFFER_MS = 48 * 3_600_000;

/** Keeps the windows and numbers of WeChat's people in the store, for all processes. Both expire by themselves. */
export function openWechatState({ redis, keys }: Store): WechatState {
  return {
    async opened(of, by, now) {
      await orStoreAway(redis.anlinOpenWindow(1, keys.wechatWindow(of), by, now));
    },
    spend: (of, now, key) => orStoreAway(redis.anlinSpendWindow(1, keys.wechatWindow(of), now, 1, key)),
    async giveBack(of, now, key) {
      await orStoreAway(redis.anlinSpendWindow(1, keys.wechatWindow(of), now, -1, key));
    },
    async closed(of) {
      await orStoreAway(redis.del(keys.wechatWindow(of)));
    },
    async offer(to, offer) {
      const key = keys.wechatOffer(to);
      if (offer) await orStoreAway(redis.set(key, JSON.stringify(offer), 'PX', OFFER_MS));
      else await orStoreAway(redis.del(key));
    },
    async offered(to) {
      const kept = await orStoreAway(redis.get(keys.wechatOffer(to)));
      return kept ? (JSON.parse(kept) as Offer) : undefined; // written by offer
    },
  };
}
