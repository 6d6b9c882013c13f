import type { SendOutcome, Urn } from '../channel.ts';
import type { Offer, OfferState } from './state.ts';

/**
 * Sends a message whose numbers mean this offer, kept before it leaves. After a message that was surely not sent, numbers mean
 * again what the newest message on the screen says.
 */
export async function sendOffered<T>(
  state: OfferState,
  to: Urn,
  offer: Offer | undefined,
  outcomeOf: (error: unknown) => SendOutcome,
  send: () => Promise<T>,
): Promise<T> {
  const shown = await state.offered(to);
  await state.offer(to, offer);
  try {
    return await send();
  } catch (error) {
    if (outcomeOf(error).type !== 'unknown') await state.offer(to, shown);
    throw error;
  }
}
