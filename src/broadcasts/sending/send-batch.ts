import type { Channel, SendOutcome, Urn } from '../../channels/channel.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';
import type { Reachable } from '../../people/person-store.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadSentMessage } from './audience.ts';
import type { OpenRun } from './open-run.ts';
import { recipientAt } from './open-run.ts';
import { outcomeRecord } from './record-outcomes.ts';

type BatchSettings = {
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly log: Log;
  /** Calls whose outcome is not recorded yet. */
  readonly inFlight: Set<Promise<unknown>>;
};

/** Starts one call to each recipient; each call stays in `inFlight` until its outcome is recorded. */
export async function sendBatch(places: readonly number[], run: OpenRun, settings: BatchSettings): Promise<void> {
  const { store, channels, log, inFlight } = settings;
  const recipients = await Promise.all(places.map((place) => recipientAt(place, run, store)));
  const [found, chatClocks] = await Promise.all([
    loadContacts(store, recipients),
    orStoreAway(store.redis.hmget(store.keys.pace, ...recipients)),
  ]);
  for (const [i, place] of places.entries()) {
    const to = recipients[i] ?? ':';
    const wait = chatWait(Number(chatClocks[i] ?? 0), store.pace);
    const work = (
      wait > 0
        ? run.record({ place, outcome: 'later', ms: wait })
        : sendOne({ place, to, known: found[i], run, store, channels })
    )
      .catch((error) => log.error({ err: error }, 'a recipient of a run could not be served'))
      .finally(() => inFlight.delete(work));
    inFlight.add(work);
  }
}

/** Time to leave a chat alone after a reply, ms; its pace clock is shared with replies. */
function chatWait(clock: number, pace: string): number {
  const [, , , interval = 0, burst = 1] = pace.split(' ').map(Number);
  const wait = clock - Date.now() - interval * (burst - 1);
  // A longer wait than a chat ever needs comes from clock skew between the store and this process.
  return wait > interval * burst ? 0 : Math.ceil(wait);
}

type Call = {
  readonly place: number;
  readonly to: Urn;
  readonly known: Reachable | undefined;
  readonly run: OpenRun;
  readonly store: Store;
  readonly channels: readonly Channel[];
};

async function sendOne({ place, to, known, run, store, channels }: Call): Promise<unknown> {
  const { id, render, record } = run;
  if (!known?.contact) return record({ place, outcome: 'n' });
  if (known.gone) return record({ place, outcome: 'b' });
  const message = render(known.contact);
  if ('skipped' in message) return record({ place, outcome: message.skipped });
  if ('laterMs' in message) return record({ place, outcome: 'later', ms: message.laterMs });
  const channel = channels.find(({ scheme }) => to.startsWith(`${scheme}:`));
  const sending =
    'removes' in message
      ? deleteMessage(channel, to, await loadSentMessage(store, id, place))
      : channel?.send(to, message);
  crashPoint('broadcast_on_wire');
  const outcome = (await sending) ?? { type: 'gone', reason: 'no such channel' };
  crashPoint('broadcast_sent');
  const recorded = await record(outcomeRecord(place, to, outcome));
  crashPoint('broadcast_recorded');
  return recorded;
}

/** Counts a message without a recorded id as deleted. */
async function deleteMessage(channel: Channel | undefined, to: Urn, id: string | undefined): Promise<SendOutcome> {
  if (id === undefined) return { type: 'sent' };
  return (await channel?.remove?.(to, id)) ?? { type: 'unknown', reason: 'the channel cannot take messages back' };
}
