import type { Channel, SendOutcome, Urn } from '../../channels/channel.ts';
import { channelOf } from '../../channels/channel.ts';
import type { Store } from '../../store/store.ts';
import { loadSentMessage } from './audience.ts';
import { dropHeld, loadCopies } from './copies.ts';
import type { OutcomeRecord } from './record-outcomes.ts';
import { outcomeRecord } from './record-outcomes.ts';

/** A recipient of a recall. */
type Recalled = { readonly run: string; readonly place: number; readonly to: Urn };

/** Deletes every copy of a recalled announcement, also one that still waits, and returns what to record. */
export async function removeFromPerson(
  { run, place, to }: Recalled,
  { store, channels }: { readonly store: Store; readonly channels: readonly Channel[] },
): Promise<OutcomeRecord> {
  const copies = await loadCopies(store, run, place);
  if (copies.length === 0) {
    const ref = await loadSentMessage(store, run, place);
    return outcomeRecord(place, to, await deleteMessage(channelOf(to, channels), to, ref));
  }
  const deleted = copies.map(async ({ letter, urn, ref }): Promise<SendOutcome> => {
    // A held copy has the name of its place, all others the channel's id.
    if (letter === 'd' || /^\d+$/.test(ref)) return deleteMessage(channelOf(urn, channels), urn, ref);
    await dropHeld(store, urn, ref);
    return { type: 'sent' };
  });
  const outcomes = await Promise.all(deleted);
  const worst = outcomes.find(({ type }) => type !== 'sent') ?? { type: 'sent' };
  return outcomeRecord(place, to, worst);
}

/** Counts a message without a recorded id as deleted. */
async function deleteMessage(channel: Channel | undefined, to: Urn, ref: string | undefined): Promise<SendOutcome> {
  if (!ref) return { type: 'sent' };
  return (await channel?.remove?.(to, ref)) ?? { type: 'unknown', reason: 'the channel cannot take messages back' };
}
