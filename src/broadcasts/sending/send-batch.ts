import type { Channel, Urn } from '../../channels/channel.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';
import { loadPeople } from '../../people/link/addresses.ts';
import type { Store } from '../../store/store.ts';
import { isInAudience } from './audience.ts';
import type { Recipient } from './claim-recipients.ts';
import type { InFlight } from './in-flight.ts';
import type { OpenRun } from './open-run.ts';
import { removeFromPerson } from './remove-from-person.ts';
import { sendToPerson } from './send-to-person.ts';

type BatchSettings = {
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly log: Log;
  readonly inFlight: InFlight;
};

type RecordOutcome = OpenRun['outcomes']['add'];

/** Starts one call to each recipient; each call stays in `inFlight` until its outcome is recorded. */
export function sendBatch(recipients: readonly Recipient[], run: OpenRun, settings: BatchSettings): void {
  const { store, log, inFlight } = settings;
  const [, , , interval = 0, burst = 1] = store.pace.split(' ').map(Number);
  const now = Date.now();
  for (const recipient of recipients) {
    const wait = chatWait(recipient.clock - now, interval, burst);
    inFlight.add((known) => {
      const record: RecordOutcome = (outcome) => {
        known();
        return run.outcomes.add(outcome);
      };
      const work =
        wait > 0
          ? record({ place: recipient.place, outcome: 'later', ms: wait })
          : sendOne(recipient, run, record, settings);
      return work.catch((error) => log.error({ err: error }, 'a recipient of a run could not be served'));
    });
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
  { id, urgent, render }: OpenRun,
  record: RecordOutcome,
  sending: BatchSettings,
): Promise<unknown> {
  const joined = known.contact ? undefined : await joinedPerson(to, sending.store);
  const { contact, gone } = joined ?? known;
  if (!contact) return record({ place, outcome: 'n' });
  if (gone && !contact.addresses) return record({ place, outcome: 'b' });
  const message = render(contact);
  if ('skipped' in message) return record({ place, outcome: message.skipped });
  if ('laterMs' in message) return record({ place, outcome: 'later', ms: message.laterMs });
  const isRecall = 'removes' in message;
  if (joined && !isRecall && (await isInAudience(sending.store, id, joined.urn)))
    return record({ place, outcome: 'j' });
  const outcome = isRecall
    ? await removeFromPerson({ run: id, place, to }, sending)
    : await sendToPerson({ run: id, place, to: joined?.urn ?? to, contact }, message, urgent, sending);
  const recorded = await record(outcome);
  crashPoint('broadcast_recorded');
  return recorded;
}

/** The person that a recipient joined after the audience was frozen; undefined if there is none. */
async function joinedPerson(to: Urn, store: Store) {
  const [person] = await loadPeople(store, [to]);
  return person && person.urn !== to ? person : undefined;
}
