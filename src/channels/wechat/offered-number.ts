import { readOrdinal } from '../../engine/read-number.ts';
import type { Inbound } from '../channel.ts';
import type { Offer } from './state.ts';

/**
 * Replaces a typed number by the choice that the newest message printed with it; a number that was not printed stays a text.
 * `tap`: the offer whose link was tapped. A link of an older message means nothing any more.
 */
export async function meantBy(
  inbound: Inbound,
  tap: string | undefined,
  offered: () => Promise<Offer | undefined>,
): Promise<Inbound> {
  const { content } = inbound;
  const nth = content.type === 'text' ? readOrdinal(content.text) : undefined;
  if (nth === undefined) return inbound;
  const offer = await offered();
  if (tap !== undefined && tap !== offer?.id)
    return { ...inbound, content: { type: 'choice', id: 'old' }, tapped: tap };
  const chosen = offer?.choices[nth - 1];
  if (!chosen) return inbound;
  return 'choice' in chosen
    ? { ...inbound, content: { type: 'choice', id: chosen.choice } }
    : { ...inbound, content: { type: 'text', text: chosen.text } };
}
