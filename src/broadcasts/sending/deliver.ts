import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../channels/channel.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';
import { openLease } from '../../store/held-lease.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Timings } from '../../timings.ts';
import { TIMINGS } from '../../timings.ts';
import type { RenderForContact } from './broadcast-message.ts';
import { claimRecipients } from './claim-recipients.ts';
import { openInFlight } from './in-flight.ts';
import type { OpenRun } from './open-run.ts';
import { openRun } from './open-run.ts';
import { sendBatch } from './send-batch.ts';

type DeliverySettings = {
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly log: Log;
  readonly timings?: Timings['sending'];
  /** Loads the renderer of a run, once per opened run; undefined if its broadcast does not exist. */
  readonly open: (id: string) => Promise<RenderForContact | undefined>;
  /** Freezes the audiences of runs that are due and starts them; the lease holder calls it at an interval. */
  readonly prepare?: () => Promise<void>;
};

/** Sends runs, urgent ones first. Any number of processes may open it; the holder of the broadcast lease sends. */
export type Delivery = { close(): Promise<void> };

/** Bounds the unknown outcomes of a kill. */
const IN_FLIGHT_MAX = 64;
/** A run asks for more recipients once this many calls have ended; the other half is under way until the answer comes. */
const FREE_MIN = IN_FLIGHT_MAX / 2;
/** Runs that take turns; further ones wait until one of them ends. */
const RUNS_MAX = 10;
const IDLE_MS = 500;
/** Interval of reading the run list, ms. Pauses and ends of listed runs are seen with every turn. */
const LIST_EVERY_MS = 200;
/** Wait after a run changed its state during its turn, ms. */
const LOOK_AGAIN_MS = 10;
/** Longest wait between two turns, ms: bounds the delay of a pause or an end. */
const WAIT_MAX_MS = 250;
/** Wait without the lease or the store, ms. */
const STANDBY_MS = 50;

/** Opens the sender; it sends while this process holds the lease. */
export async function openDelivery({
  store,
  channels,
  log,
  timings = TIMINGS.sending,
  open,
  prepare,
}: DeliverySettings): Promise<Delivery> {
  const { redis, keys } = store;
  const lease = await openLease(store, 'broadcasts', log, { leaseMs: timings.leaseMs });
  const preparation = openPreparation(prepare, timings.prepareEveryMs, log);
  const opened = new Map<string, OpenRun>();
  const inFlight = openInFlight();
  let closed = false;
  let wake = () => {};
  let ids: readonly string[] = [];
  let listedAt = 0;

  const loop = async (): Promise<void> => {
    while (!closed) {
      if (!lease.held() || redis.status !== 'ready') {
        // Another process may send meanwhile, so every run is opened again later.
        opened.clear();
        await sleep(STANDBY_MS);
        continue;
      }
      const wait = await takeTurns().catch((error) => {
        log.warn({ err: error }, 'broadcasts could not be sent');
        opened.clear();
        return IDLE_MS;
      });
      if (wait > 0) await Promise.race([sleep(wait), new Promise<void>((go) => (wake = go))]);
    }
  };

  /** Sends a batch of the first run that may send now. Returns the wait until the next turns, ms. */
  const takeTurns = async (): Promise<number> => {
    preparation.startIfDue();
    if (performance.now() - listedAt > LIST_EVERY_MS) {
      listedAt = performance.now();
      ids = await orStoreAway(redis.zrange(keys.broadcastsSending, '0', String(RUNS_MAX - 1)));
      if (ids.length === 0) opened.clear();
    }
    let shortest = IDLE_MS;
    for (const id of ids) {
      const wait = await takeTurn(id);
      if (wait === 'sent') return 0;
      // A run whose recipients all wait (quiet hours, retries) does not block the next run.
      shortest = Math.min(shortest, wait);
    }
    return Math.min(shortest, WAIT_MAX_MS);
  };

  /** Sends one batch of one run, as far as the pace allows; otherwise returns the wait, ms. */
  const takeTurn = async (id: string): Promise<'sent' | number> => {
    const run = opened.get(id) ?? (await openOnce(id));
    if (!run) return IDLE_MS;
    await inFlight.until(IN_FLIGHT_MAX - Math.min(FREE_MIN, run.most));
    // The outcomes reach the store before the claim that takes their room: both go out in one write.
    for (const { outcomes } of opened.values()) outcomes.flush();
    const room = Math.min(run.most, IN_FLIGHT_MAX - inFlight.size());
    const { state, wait, recipients } = await claimRecipients(run, room, store);
    if (state === 'fenced') opened.clear();
    if (state !== 'sending') {
      listedAt = 0;
      return LOOK_AGAIN_MS;
    }
    crashPoint('broadcast_marked');
    if (recipients.length === 0) return wait;
    sendBatch(recipients, run, { store, channels, log, inFlight });
    return 'sent';
  };

  const openOnce = async (id: string): Promise<OpenRun | undefined> => {
    // The takeover settles every call without an outcome, so this process's own calls must end first.
    await inFlight.recorded();
    const fenced = () => opened.delete(id);
    const run = await openRun(id, { store, log, open, stopping: () => closed, fenced });
    if (run) opened.set(id, run);
    return run;
  };

  const running = loop();
  return {
    async close() {
      closed = true;
      wake();
      await running;
      await preparation.end();
      await inFlight.recorded();
      await lease.close();
    },
  };
}

/** Calls `prepare` at an interval, beside the sending. Freezing a whole city takes seconds and must not delay urgent runs. */
function openPreparation(prepare: DeliverySettings['prepare'], everyMs: number, log: Log) {
  let startedAt = 0;
  let running: Promise<void> | undefined;
  return {
    startIfDue() {
      if (performance.now() - startedAt <= everyMs) return;
      startedAt = performance.now();
      running ??= prepare?.()
        .catch((error) => log.warn({ err: error }, 'an audience could not be frozen'))
        .finally(() => {
          running = undefined;
        });
    },
    end: async (): Promise<void> => running,
  };
}
