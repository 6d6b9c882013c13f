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
  if (content.type !== 'text') return inbound;
  const nth = readOrdinal(content.text);
  if (nth === undefined && tap === undefined) return inbound;
  const offer = await offered();
  if (tap !== undefined && tap !== offer?.id)
    return { ...inbound, content: { type: 'choice', id: 'old' }, tapped: tap };
  const { words, choices = [] } = offer ?? {};
  // Where the message printed words, a typed number is an answer of its own.
  const tapped = tap === undefined ? undefined : words?.indexOf(content.text);
  const chosen = choices[words ? (tapped ?? -1) : (nth ?? 0) - 1];
  if (!chosen) return inbound;
  return 'choice' in chosen
    ? { ...inbound, content: { type: 'choice', id: chosen.choice } }
    : { ...inbound, content: { type: 'text', text: chosen.text } };
}
