import type { WechatState } from '../channels/wechat/state.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { keptOffers } from './kept-offers.ts';

/** Keeps the windows and numbers of WeChat's people in the store, for all processes. Both expire by themselves. */
export function openWechatState(store: Store): WechatState {
  const { redis, keys } = store;
  return {
    ...keptOffers(store),
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
  };
}
