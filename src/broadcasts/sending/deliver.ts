import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Outgoing, SendOutcome, Urn } from '../../channels/channel.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';
import type { Contact } from '../../people/contact.ts';
import type { Reachable } from '../../people/person-store.ts';
import { loadContacts } from '../../people/person-store.ts';
import { watchLease } from '../../store/held-lease.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway, sendingKeys } from '../../store/store.ts';
import type { Timings } from '../../timings.ts';
import { TIMINGS } from '../../timings.ts';
import { CHUNK, loadChunk, sentTo } from './audience.ts';
import type { OutcomeLetter } from './ledger.ts';
import { outcomesOf, recordOf } from './record-outcomes.ts';

/** What one broadcast says to somebody, in their language; why it says nothing, now or at all; or that it takes back what was said. */
export type BroadcastMessage = (
  contact: Contact,
) => Outgoing | { readonly skipped: OutcomeLetter } | { readonly laterMs: number } | { readonly removes: true };

type DeliverySettings = {
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly log: Log;
  readonly timings?: Timings['sending'];
  /** Opens a broadcast's content once; undefined if there is none. */
  readonly open: (id: string) => Promise<BroadcastMessage | undefined>;
  /** Lays down the audiences of sendings that are to begin; called again and again, by whoever sends. */
  readonly prepare?: () => Promise<void>;
};

/** Sends broadcasts, urgent ones first. Any number of processes may run it; the one that holds the lease sends. */
export type Delivery = { close(): Promise<void> };

const IN_FLIGHT_MAX = 100;
/** So many get their turn with one question. */
const AT_ONCE = 50;
/** So many broadcasts have their turn one after the other. */
const TURNS_MAX = 10;
const IDLE_MS = 500;
/** A pause or an end is asked for with every turn; only what is new waits for this. */
const LIST_EVERY_MS = 200;
const LOOK_AGAIN_MS = 10;
/** How long the loop waits at most, so that a pause or an end is heard of soon. */
const WAIT_MAX_MS = 250;

export async function openDelivery({
  store,
  channels,
  log,
  timings = TIMINGS.sending,
  open,
  prepare,
}: DeliverySettings): Promise<Delivery> {
  const { redis, keys } = store;
  const lease = await watchLease(store, 'broadcasts', log, { leaseMs: timings.leaseMs });
  const opened = new Map<string, Opened>();
  const inHand = new Set<Promise<unknown>>();
  let closed = false;
  let wake = () => {};
  let prepared = 0;
  let preparing: Promise<void> | undefined;
  let ids: readonly string[] = [];
  let listed = 0;

  const loop = async (): Promise<void> => {
    while (!closed) {
      if (!lease.held() || redis.status !== 'ready') {
        // Whoever goes on after somebody else looks at everything anew.
        opened.clear();
        await sleep(50);
        continue;
      }
      const wait = await step().catch(async (error) => {
        log.warn({ err: error }, 'broadcasts could not be sent');
        opened.clear();
        return IDLE_MS;
      });
      if (wait > 0) await Promise.race([sleep(wait), new Promise<void>((go) => (wake = go))]);
    }
  };

  /** Sends what the pace allows now of the broadcast whose turn it is; how long to wait then, ms. */
  const step = async (): Promise<number> => {
    if (performance.now() - prepared > timings.prepareEveryMs) {
      prepared = performance.now();
      // Beside what is being sent: a whole city takes seconds to lay down, and what is urgent does not wait for it.
      preparing ??= prepare?.()
        .catch((error) => log.warn({ err: error }, 'an audience could not be laid down'))
        .finally(() => {
          preparing = undefined;
        });
    }
    if (performance.now() - listed > LIST_EVERY_MS) {
      listed = performance.now();
      ids = await orStoreAway(redis.zrange(keys.broadcastsSending, '0', String(TURNS_MAX - 1)));
      if (ids.length === 0) opened.clear();
    }
    let wait = IDLE_MS;
    for (const id of ids) {
      const own = await sendSome(id);
      if (own === 'sent') return 0;
      // One whose recipients all sleep, or are tried again later, keeps nobody else waiting.
      wait = Math.min(wait, own);
    }
    return Math.min(wait, WAIT_MAX_MS);
  };

  /** Sends what the pace allows now of one broadcast; if that is nothing, how long it may wait, ms. */
  const sendSome = async (id: string): Promise<'sent' | number> => {
    const broadcast = opened.get(id) ?? (await openBroadcast(id));
    if (!broadcast) return IDLE_MS;
    const room = Math.min(AT_ONCE, IN_FLIGHT_MAX - inHand.size);
    if (room <= 0) {
      await Promise.race(inHand);
      return 'sent';
    }
    const all = sendingKeys(keys, id);
    const [state, wait = '0', ...places] = await orStoreAway(
      redis.anlinTurn(all.length, ...all, store.process, id, room, store.pace),
    );
    if (state === 'fenced') opened.clear();
    if (state !== 'sending') {
      listed = 0;
      return LOOK_AGAIN_MS;
    }
    crashPoint('broadcast_marked');
    if (places.length === 0) return Number(wait);
    await sendTo(places.map(Number), broadcast);
    return 'sent';
  };

  const openBroadcast = async (id: string): Promise<Opened | undefined> => {
    const all = [...sendingKeys(keys, id), keys.broadcastOutcomes(id)];
    // What is still in our own hand is not lost: it is waited for before anybody is asked again.
    await Promise.all(inHand);
    const found = await orStoreAway(redis.anlinTakeOver(all.length, ...all, store.process, id));
    if (found < 0) return undefined;
    if (found > 0) log.warn({ broadcast: id, recipients: found }, 'a broadcast was taken over with calls on their way');
    const letter = await open(id);
    if (!letter) throw new Error(`${id} is to be sent, but says nothing.`);
    const made = {
      id,
      letter,
      chunks: new Map<number, Promise<readonly Urn[]>>(),
      record: outcomesOf(store, id, log, () => closed),
    };
    // What only the first messages wait for would crowd them together.
    await recipientAt(0, made).catch(() => {});
    opened.set(id, made);
    return made;
  };

  const sendTo = async (places: readonly number[], broadcast: Opened): Promise<void> => {
    const recipients = await Promise.all(places.map((place) => recipientAt(place, broadcast)));
    const [found, clocks] = await Promise.all([
      loadContacts(store, recipients),
      orStoreAway(redis.hmget(keys.pace, ...recipients)),
    ]);
    for (const [i, place] of places.entries()) {
      const to = recipients[i] ?? ':';
      const wait = tooSoon(Number(clocks[i] ?? 0));
      const work = (
        wait > 0 ? broadcast.record({ place, outcome: 'later', ms: wait }) : sendOne(place, to, found[i], broadcast)
      )
        .catch((error) => log.error({ err: error }, 'a broadcast could not be sent to somebody'))
        .finally(() => inHand.delete(work));
      inHand.add(work);
    }
  };

  /** How long a chat that was just answered is left alone, ms: its clock is the one by which replies go out. */
  const tooSoon = (clock: number): number => {
    const [, , , interval = 0, burst = 1] = store.pace.split(' ').map(Number);
    const wait = clock - Date.now() - interval * (burst - 1);
    // The store's time may be another than ours: nobody has to wait for longer than a chat ever does.
    return wait > interval * burst ? 0 : Math.ceil(wait);
  };

  const recipientAt = async (place: number, { id, chunks }: Opened): Promise<Urn> => {
    const number = Math.floor(place / CHUNK);
    const chunk = chunks.get(number) ?? loadChunk(store, id, number);
    if (!chunks.has(number)) {
      // Two are enough: the one that is sent, and one of which somebody is tried again.
      const [oldest] = chunks.keys();
      if (chunks.size >= 2 && oldest !== undefined) chunks.delete(oldest);
      chunks.set(number, chunk);
    }
    const urn = (await chunk)[place % CHUNK];
    if (urn === undefined) throw new Error(`${id} has no recipient at place ${place}.`);
    return urn;
  };

  const sendOne = async (
    place: number,
    to: Urn,
    known: Reachable | undefined,
    { id, letter, record }: Opened,
  ): Promise<unknown> => {
    if (!known?.contact) return record({ place, outcome: 'n' });
    if (known.gone) return record({ place, outcome: 'b' });
    const message = letter(known.contact);
    if ('skipped' in message) return record({ place, outcome: message.skipped });
    if ('laterMs' in message) return record({ place, outcome: 'later', ms: message.laterMs });
    const channel = channels.find(({ scheme }) => to.startsWith(`${scheme}:`));
    const sending =
      'removes' in message ? takeBack(channel, to, await sentTo(store, id, place)) : channel?.send(to, message);
    crashPoint('broadcast_on_wire');
    const outcome = (await sending) ?? { type: 'gone', reason: 'no such channel' };
    crashPoint('broadcast_sent');
    const recorded = await record(recordOf(place, to, outcome));
    crashPoint('broadcast_recorded');
    return recorded;
  };

  const running = loop();
  return {
    async close() {
      closed = true;
      wake();
      await running;
      await preparing;
      await Promise.all(inHand);
      await lease.close();
    },
  };
}

type Opened = {
  readonly id: string;
  readonly letter: BroadcastMessage;
  readonly chunks: Map<number, Promise<readonly Urn[]>>;
  readonly record: ReturnType<typeof outcomesOf>;
};

/** What is not there any more, or was never known, is taken back already. */
async function takeBack(channel: Channel | undefined, to: Urn, message: string | undefined): Promise<SendOutcome> {
  if (message === undefined) return { type: 'sent' };
  return (await channel?.remove?.(to, message)) ?? { type: 'unknown', reason: 'the channel cannot take messages back' };
}
