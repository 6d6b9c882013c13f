import { HOUR_MS } from '../calendar.ts';
import type { WecomState } from '../channels/wecom/state.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { keptOffers } from './kept-offers.ts';
import { keptParts } from './kept-parts.ts';

/** A card can be changed for three days, ms. */
const CODE_MS = 72 * HOUR_MS;

/** Keeps numbers and codes of WeCom's members in the store, for all processes. Both expire by themselves. */
export function openWecomState(store: Store): WecomState {
  const { redis, keys } = store;
  return {
    ...keptOffers(store),
    ...keptParts(store),
    async keepCode(to, card, code) {
      await orStoreAway(redis.set(keys.wecomCard(to, card), code, 'PX', CODE_MS));
    },
    async takeCode(to, card) {
      return (await orStoreAway(redis.getdel(keys.wecomCard(to, card)))) ?? undefined;
    },
  };
}
