import type { Channel, SendOutcome, Urn } from '../../channels/channel.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';
import { channelOf } from '../../notify/services.ts';
import { addressesOf } from '../../people/link/addresses.ts';
import type { Store } from '../../store/store.ts';
import { loadSentMessage } from './audience.ts';
import type { Recipient } from './claim-recipients.ts';
import type { InFlight } from './in-flight.ts';
import type { OpenRun } from './open-run.ts';
import { outcomeRecord } from './record-outcomes.ts';

type BatchSettings = {
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly log: Log;
  readonly inFlight: InFlight;
};

/** Starts one call to each recipient; each call stays in `inFlight` until its outcome is recorded. */
export function sendBatch(recipients: readonly Recipient[], run: OpenRun, settings: BatchSettings): void {
  const { store, log, inFlight } = settings;
  const [, , , interval = 0, burst = 1] = store.pace.split(' ').map(Number);
  const now = Date.now();
  for (const recipient of recipients) {
    const wait = chatWait(recipient.clock - now, interval, burst);
    const work =
      wait > 0 ? run.record({ place: recipient.place, outcome: 'later', ms: wait }) : sendOne(recipient, run, settings);
    inFlight.add(work.catch((error) => log.error({ err: error }, 'a recipient of a run could not be served')));
  }
}

/** Time to leave a chat alone after a reply, ms; its pace clock is shared with replies. */
function chatWait(ahead: number, interval: number, burst: number): number {
  const wait = ahead - interval * (burst - 1);
  // A longer wait than a chat ever needs comes from clock skew between the store and this process.
  return wait > interval * burst ? 0 : Math.ceil(wait);
}

async function sendOne(
  { place, to, known }: Recipient,
  { id, render, record }: OpenRun,
  { store, channels }: BatchSettings,
): Promise<unknown> {
  if (!known.contact) return record({ place, outcome: 'n' });
  if (known.gone && !known.contact.addresses) return record({ place, outcome: 'b' });
  const message = render(known.contact);
  if ('skipped' in message) return record({ place, outcome: message.skipped });
  if ('laterMs' in message) return record({ place, outcome: 'later', ms: message.laterMs });
  // Of several addresses the first that takes it; only a refusal leads to the next.
  const addresses = addressesOf(to, known.contact);
  let address = to;
  let outcome: SendOutcome = { type: 'gone', reason: 'no such channel' };
  for (const one of addresses) {
    address = one;
    const channel = channelOf(one, channels);
    const sending =
      'removes' in message
        ? deleteMessage(channel, one, await loadSentMessage(store, id, place))
        : channel?.send(one, message, `${id}:${place}`);
    crashPoint('broadcast_on_wire');
    outcome = (await sending) ?? outcome;
    crashPoint('broadcast_sent');
    if (outcome.type !== 'gone' && outcome.type !== 'closed') break;
  }
  const recorded = await record(outcomeRecord(place, address, outcome));
  crashPoint('broadcast_recorded');
  return recorded;
}

/** Counts a message without a recorded id as deleted. */
async function deleteMessage(channel: Channel | undefined, to: Urn, id: string | undefined): Promise<SendOutcome> {
  if (id === undefined) return { type: 'sent' };
  return (await channel?.remove?.(to, id)) ?? { type: 'unknown', reason: 'the channel cannot take messages back' };
}
