import { HOUR_MS } from '../calendar.ts';
import type { Urn } from '../channels/channel.ts';
import type { Offer } from '../channels/wechat/state.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** A number means something as long as the longest reply window, ms. */
const OFFER_MS = 48 * HOUR_MS;

/** Keeps what the numbers of each person's newest message mean. It expires by itself. */
export function keptOffers({ redis, keys }: Store) {
  return {
    async offer(to: Urn, offer: Offer | undefined): Promise<void> {
      const key = keys.offer(to);
      if (offer) await orStoreAway(redis.set(key, JSON.stringify(offer), 'PX', OFFER_MS));
      else await orStoreAway(redis.del(key));
    },
    async offered(to: Urn): Promise<Offer | undefined> {
      const kept = await orStoreAway(redis.get(keys.offer(to)));
      return kept ? (JSON.parse(kept) as Offer) : undefined; // written by offer
    },
  };
}
