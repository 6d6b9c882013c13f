import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Outgoing, SendOutcome, Urn } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import type { Log } from '../log.ts';
import type { Contact } from '../people/contact.ts';
import { watchLease } from '../store/held-lease.ts';
import type { Store } from '../store/store.ts';
import { asking, outboxKeys } from '../store/store.ts';
import { CHUNK, loadChunk, sentTo } from './audience.ts';
import type { OutcomeLetter } from './ledger.ts';

/** What one broadcast says to somebody, in their language; or why it says nothing. */
export type Letter = (
  contact: Contact,
) => Outgoing | { readonly skipped: OutcomeLetter } | { readonly laterMs: number } | { readonly removes: true };

type Settings = {
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly log: Log;
  /** Opens a broadcast's content once; undefined if there is none. */
  readonly open: (id: string) => Promise<Letter | undefined>;
  /** Lays down the audiences of sendings that are to begin; called again and again, by whoever sends. */
  readonly prepare?: () => Promise<void>;
};

/** Sends broadcasts, urgent ones first. Any number of processes may run it; the one that holds the lease sends. */
export type Delivery = { wake(): void; close(): Promise<void> };

/** Short, so that another process goes on within two seconds after one died. */
const LEASE_MS = 1200;
const IN_FLIGHT_MAX = 100;
/** So many get their turn with one question. */
const AT_ONCE = 50;
/** So many broadcasts have their turn one after the other. */
const TURNS_MAX = 10;
const IDLE_MS = 500;
const PREPARE_EVERY_MS = 300;
/** A pause or an end is asked for with every turn; only what is new waits for this. */
const LIST_EVERY_MS = 200;
const LOOK_AGAIN_MS = 10;
/** How long the loop waits at most, so that a pause or an end is heard of soon. */
const WAIT_MAX_MS = 250;
/** Before what is urgent and may not have arrived goes out once more. */
const AGAIN_MS = 2000;

export async function watchBroadcasts({ store, channels, log, open, prepare }: Settings): Promise<Delivery> {
  const { redis, keys } = store;
  const lease = await watchLease(store, 'broadcasts', log, LEASE_MS);
  const opened = new Map<string, Opened>();
  const inHand = new Set<Promise<void>>();
  let closed = false;
  let wake = () => {};
  let prepared = 0;
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
    if (performance.now() - prepared > PREPARE_EVERY_MS) {
      prepared = performance.now();
      await prepare?.();
    }
    if (performance.now() - listed > LIST_EVERY_MS) {
      listed = performance.now();
      ids = await asking(redis.zrange(keys.broadcastsSending, '0', String(TURNS_MAX - 1)));
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
    const all = runKeys(store, id);
    const [state, wait = '0', ...places] = await asking(
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
    const all = [...runKeys(store, id), keys.broadcastOutcomes(id)];
    // What is still in our own hand is not lost: it is waited for before anybody is asked again.
    await Promise.all(inHand);
    const found = await asking(redis.anlinTakeOver(all.length, ...all, store.process, id));
    if (found < 0) return undefined;
    if (found > 0) log.warn({ broadcast: id, recipients: found }, 'a broadcast was taken over with calls on their way');
    const letter = await open(id);
    if (!letter) throw new Error(`${id} is to be sent, but says nothing.`);
    const made = {
      id,
      letter,
      chunks: new Map<number, Promise<readonly Urn[]>>(),
      record: recorder(store, id, log, () => closed),
    };
    // What only the first messages wait for would crowd them together.
    await recipientAt(0, made).catch(() => {});
    opened.set(id, made);
    return made;
  };

  const sendTo = async (places: readonly number[], broadcast: Opened): Promise<void> => {
    const recipients = await Promise.all(places.map((place) => recipientAt(place, broadcast)));
    const persons = recipients.map((urn) => keys.person(urn));
    const found = await asking(redis.anlinPersons(persons.length, ...persons));
    for (const [i, place] of places.entries()) {
      const to = recipients[i] ?? ':';
      const [contact = '', gone = ''] = found.slice(2 * i, 2 * i + 2);
      const work = sendOne(place, to, contact, gone, broadcast)
        .catch((error) => log.error({ err: error }, 'a broadcast could not be sent to somebody'))
        .finally(() => inHand.delete(work));
      inHand.add(work);
    }
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
    contact: string,
    gone: string,
    { id, letter, record }: Opened,
  ): Promise<void> => {
    if (contact === '') return record(place, 'n');
    if (gone !== '') return record(place, 'b');
    const message = letter(JSON.parse(contact) as Contact); // written by personFields
    if ('skipped' in message) return record(place, message.skipped);
    if ('laterMs' in message) return record(place, 'later', '', message.laterMs);
    const channel = channels.find(({ scheme }) => to.startsWith(`${scheme}:`));
    const sending =
      'removes' in message ? takeBack(channel, to, await sentTo(store, id, place)) : channel?.send(to, message);
    crashPoint('broadcast_on_wire');
    const outcome = (await sending) ?? { type: 'gone', reason: 'no such channel' };
    crashPoint('broadcast_sent');
    await recordOutcome(place, to, outcome, record);
    crashPoint('broadcast_recorded');
  };

  const running = loop();
  return {
    wake: () => wake(),
    async close() {
      closed = true;
      wake();
      await running;
      await Promise.all(inHand);
      await lease.close();
    },
  };
}

type Opened = {
  readonly id: string;
  readonly letter: Letter;
  readonly chunks: Map<number, Promise<readonly Urn[]>>;
  readonly record: WriteDown;
};

function runKeys({ keys }: Store, id: string): readonly string[] {
  const run = [keys.lease('broadcasts'), keys.broadcastsSending, keys.broadcastRun(id), keys.broadcastAgain(id)];
  return [...outboxKeys(keys), ...run];
}

/** What is not there any more, or was never known, is taken back already. */
async function takeBack(channel: Channel | undefined, to: Urn, message: string | undefined): Promise<SendOutcome> {
  if (message === undefined) return { type: 'sent' };
  return (await channel?.remove?.(to, message)) ?? { type: 'unknown', reason: 'the channel cannot take messages back' };
}

/** Bad words are bad for everybody, and a token that is refused is refused for all: the whole stops at the first. */
function recordOutcome(place: number, to: Urn, outcome: SendOutcome, record: WriteDown): Promise<void> {
  switch (outcome.type) {
    case 'sent':
      return record(place, 'd', outcome.ref ?? '');
    case 'later': {
      if (/^40[14]/.test(outcome.reason)) return record(place, 'x', 'token', outcome.afterMs);
      return record(place, 'later', outcome.scope === 'account' ? 'all' : '', outcome.afterMs);
    }
    case 'gone':
      return record(place, 'g', outcome.reason, 0, to);
    case 'moved':
      return record(place, 'g', `moved to ${outcome.to}`, 0, to);
    case 'closed':
    case 'rejected':
      return record(place, 'x', outcome.type === 'rejected' ? outcome.reason : outcome.need);
    case 'unknown':
      return record(place, 'u', outcome.reason, AGAIN_MS);
  }
}

/** Writes down one outcome; resolves when it is durable. `gone` names the person who is out of reach. */
type WriteDown = (place: number, outcome: string, detail?: string, ms?: number, gone?: Urn) => Promise<void>;

/** What ends within one round of the event loop is written down with one question, one question at a time. */
function recorder(store: Store, id: string, log: Log, stopping: () => boolean): WriteDown {
  const { redis, keys } = store;
  type Waiting = {
    readonly args: readonly (string | number)[];
    readonly gone?: Urn | undefined;
    readonly done: () => void;
  };
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const some = waiting;
      waiting = [];
      const persons = some.flatMap(({ gone }) => (gone ? [keys.person(gone)] : []));
      const all = [...runKeys(store, id), keys.broadcastOutcomes(id), keys.broadcastMessages(id), ...persons];
      const args = some.flatMap(({ args }) => args);
      for (;;) {
        try {
          const state = await asking(redis.anlinOutcomes(all.length, ...all, store.process, id, ...args));
          if (state === 'fenced') log.warn({ broadcast: id }, 'outcomes came after another process had taken over');
          break;
        } catch (error) {
          // What was sent must be written down, or it counts as unknown: wait for the store.
          log.warn({ err: error }, 'outcomes of a broadcast could not be written down yet');
          if (stopping()) break;
          await sleep(300);
        }
      }
      for (const { done } of some) done();
    }
  };
  return (place, outcome, detail = '', ms = 0, gone) =>
    new Promise((done) => {
      waiting.push({ args: [place, outcome, detail, ms], gone, done });
      if (writing) return;
      writing = new Promise<void>((soon) => setImmediate(soon)).then(write).finally(() => {
        writing = undefined;
      });
    });
}
