import type { Urn } from '../channel.ts';
import type { OfferState, PartState } from '../wechat/state.ts';

/** What the channel remembers of each member: what a number means, and the codes that change a card once. */
export interface WecomState extends OfferState, PartState {
  /** Keeps the code of a card; a newer one replaces it. */
  keepCode(to: Urn, card: string, code: string): Promise<void>;
  /** Takes the code of a card: each changes it once. */
  takeCode(to: Urn, card: string): Promise<string | undefined>;
}
