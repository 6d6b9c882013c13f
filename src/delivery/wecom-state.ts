import type { Offer } from '../channels/wechat/state.ts';
import type { WecomState } from '../channels/wecom/state.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

const HOUR_MS = 3_600_000;
/** A number means something for two days; a card can be changed for three. */
const [OFFER_MS, CODE_MS] = [48 * HOUR_MS, 72 * HOUR_MS];

/** Keeps numbers and codes of WeCom's members in the store, for all processes. Both expire by themselves. */
export function openWecomState({ redis, keys }: Store): WecomState {
  return {
    async offer(to, offer) {
      const key = keys.wecomOffer(to);
      if (offer) await orStoreAway(redis.set(key, JSON.stringify(offer), 'PX', OFFER_MS));
      else await orStoreAway(redis.del(key));
    },
    async offered(to) {
      const kept = await orStoreAway(redis.get(keys.wecomOffer(to)));
      return kept ? (JSON.parse(kept) as Offer) : undefined; // written by offer
    },
    async keepCode(to, card, code) {
      await orStoreAway(redis.set(keys.wecomCard(to, card), code, 'PX', CODE_MS));
    },
    async takeCode(to, card) {
      return (await orStoreAway(redis.getdel(keys.wecomCard(to, card)))) ?? undefined;
    },
  };
}
