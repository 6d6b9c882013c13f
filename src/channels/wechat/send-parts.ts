import type { Outgoing, SendOutcome, Urn } from '../channel.ts';
import type { PartState } from './state.ts';

/**
 * Sends the parts of a message in order. Another try of the same message goes on at the part that failed. If one cannot be
 * sent, the outcome is that of the whole.
 */
export async function sendParts(
  state: PartState,
  to: Urn,
  parts: readonly Outgoing[],
  key: string,
  send: (part: Outgoing, key: string) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  // Most messages are one part, and need no note.
  const before = parts.length > 1 ? await state.partsSent(to, key) : 0;
  let outcome: SendOutcome = { type: 'sent' };
  for (const [i, part] of parts.entries()) {
    if (i < before) continue;
    outcome = await send(part, i === 0 ? key : `${key}/${i}`);
    if (outcome.type !== 'sent') return outcome;
    // The note of the last part deletes the others.
    if (parts.length > 1) await state.notePartsSent(to, key, i + 1 < parts.length ? i + 1 : 0);
  }
  return outcome;
}
