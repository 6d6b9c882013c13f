import type { Channel, SendOutcome, Urn } from '../channels/channel.ts';
import { channelOf } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import type { Log } from '../log.ts';
import { batchCalls } from '../store/batch-calls.ts';
import type { Claimed } from '../store/commit.ts';
import { readClaimed } from '../store/commit.ts';
import type { Settlement } from '../store/outbox.ts';
import { settleMessages } from '../store/outbox.ts';
import type { Settled } from '../store/scripts/commands.ts';
import type { Store } from '../store/store.ts';
import type { Timings } from '../timings.ts';
import { TIMINGS } from '../timings.ts';
import { openClaimLoop } from './claim-loop.ts';
import { openHeartbeat } from './heartbeat.ts';
import { openMessage } from './sealed-message.ts';
import { verdictOf } from './verdict.ts';

/** Sends committed messages: claims, sends, settles. Any number of processes may run one over the same store. */
export type Relay = {
  /** Sends messages that a commit has claimed for this process; skips those already in flight. */
  send(claimed: readonly Claimed[]): void;
  /** Claims due messages soon. */
  wake(): void;
  /** True if no other process works on this city; false while that is uncertain. */
  alone(): boolean;
  /** Claims nothing more; resolves when no send is in flight. */
  close(): Promise<void>;
};

type RelaySettings = {
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly log: Log;
  readonly timings?: Timings['relay'];
  /** Called with the final outcome of a message, before the store settles it. */
  readonly ended?: (to: Urn, outcome: SendOutcome) => void;
  /** Counts the announcements of a delivered message, before it leaves the outbox. Safe to repeat. */
  readonly flushed?: (to: Urn, ledger: readonly string[], ref: string | undefined) => Promise<void>;
};

type Flushed = { readonly to: Urn; readonly ledger: readonly string[]; readonly ref: string | undefined };

const IN_FLIGHT_MAX = 100;

/** Opens the relay. A message stays claimed from its claim until it is settled. */
export function openRelay({ store, channels, log, ended, flushed, timings = TIMINGS.relay }: RelaySettings): Relay {
  /** Sends in flight, by the message's number in the outbox. */
  const inFlight = new Map<string, { readonly to: Urn; readonly work: Promise<void> }>();
  let closed = false;
  // A failed batch is repeated: an unsettled message would be sent again.
  const settle = batchCalls<Settlement, Settled>((settlements) => settleMessages(store, settlements), {
    log,
    failure: 'sent messages could not be settled yet',
    stopping: () => closed,
  });

  const count = batchCalls<Flushed, void>(
    async (all) => {
      for (const { to, ledger, ref } of all) await flushed?.(to, ledger, ref);
      return all.map(() => undefined);
    },
    { log, failure: 'delivered announcements could not be counted yet', stopping: () => closed },
  );

  const deliver = async (claimed: Claimed): Promise<void> => {
    crashPoint('after_claim');
    const channel = channelOf(claimed.to, channels);
    const message = claimed.message ?? openMessage(claimed.body, store);
    const sending = message && channel?.send(claimed.to, message, claimed.number);
    crashPoint('send_on_wire');
    const outcome = (await sending) ?? {
      type: 'rejected',
      reason: message ? 'no such channel' : 'cannot be decrypted',
    };
    crashPoint('after_send');
    const verdict = verdictOf(outcome, { ...claimed, isNews: message?.isNews }, timings.unknownPausesMs);
    if (outcome.type !== 'sent')
      log.warn({ outcome: outcome.type, reason: verdict.detail }, 'a send failed or its outcome is unknown');
    if (verdict.type !== 'later') ended?.(claimed.to, outcome);
    // Before the message is settled: a kill in between sends it again, and the count stays right.
    if (outcome.type === 'sent' && message?.ledger && channel?.can.receipt !== 'seen')
      await count({ to: claimed.to, ledger: message.ledger, ref: outcome.ref });
    const [answer, more, ...next] = (await settle({ claimed, verdict })) ?? ['fenced'];
    crashPoint('after_ack');
    send(readClaimed(next));
    if ((answer === 'ok' && more === 1) || verdict.type === 'moved') claims.wake();
  };

  const send = (claimed: readonly Claimed[]): void => {
    for (const one of claimed) {
      if (inFlight.has(one.number)) continue;
      const work = deliver(one)
        .catch((error) => log.error({ err: error }, 'a message could not be delivered'))
        .finally(() => {
          inFlight.delete(one.number);
          if (inFlight.size === IN_FLIGHT_MAX - 1) claims.wake();
        });
      inFlight.set(one.number, { to: one.to, work });
    }
  };

  const claims = openClaimLoop({ store, log, room: () => IN_FLIGHT_MAX - inFlight.size, send });
  const heartbeat = openHeartbeat({
    store,
    log,
    timings,
    inFlight: () => [...inFlight.values()].map(({ to }) => to),
    recovered: claims.wake,
  });

  return {
    send,
    wake: claims.wake,
    alone: heartbeat.alone,
    async close() {
      closed = true;
      await claims.close();
      // The heartbeat goes on until the last message is settled; otherwise another process would send it again.
      while (inFlight.size > 0) await Promise.all([...inFlight.values()].map(({ work }) => work));
      await heartbeat.close();
    },
  };
}
