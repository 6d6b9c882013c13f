import { DAY_MS } from '../../calendar.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

/** Payload prefix of the link with which a colleague takes over. */
export const HAND_OVER_LINK = 'take_';
/** Lifetime of an offer. */
export const OFFER_MS = DAY_MS;

/** An offer to take over all cases that an organiser has in hand. */
export type HandOverOffer = {
  readonly token: string;
  /** Pseudonym of the organiser who hands over. */
  readonly from: string;
  readonly until: number; // ms since the epoch
};

type StoredOffer = Omit<HandOverOffer, 'token'>;

/** Loads all offers; expired ones stay until the next offer. */
export async function loadOffers({ redis, keys }: Store): Promise<readonly HandOverOffer[]> {
  const kept = await orStoreAway(redis.hgetall(keys.handOvers));
  return Object.entries(kept).map(([token, text]) => ({ token, ...(JSON.parse(text) as StoredOffer) })); // written below
}

/** Writes that store an offer; it replaces the giver's earlier one, and expired ones go. */
export function offerWrites({ keys }: Store, offer: HandOverOffer, all: readonly HandOverOffer[], now: number) {
  const { token, ...stored } = offer;
  const over = all.filter(({ from, until }) => from === offer.from || until < now);
  return [
    ...over.map((one) => ['HDEL', keys.handOvers, one.token] as const),
    ['HSET', keys.handOvers, token, JSON.stringify(stored)],
  ] satisfies readonly Write[];
}
