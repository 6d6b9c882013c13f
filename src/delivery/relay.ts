import type { Channel, Outgoing, SendOutcome, Urn } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import type { Log } from '../log.ts';
import { batchCalls } from '../store/batch-calls.ts';
import type { Settled } from '../store/commands.ts';
import type { Claimed } from '../store/commit.ts';
import { readClaimed } from '../store/commit.ts';
import { outboxKeys } from '../store/script-inputs.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Timings } from '../timings.ts';
import { TIMINGS } from '../timings.ts';

/** Carries committed messages out: claims, sends, settles. Any number of processes may run one over the same store. */
export type Relay = {
  /** Sends what a commit has claimed for this process, at once; what is already in hand is left alone. */
  send(claimed: readonly Claimed[]): void;
  /** Looks for more, soon. */
  wake(): void;
  /** No other process works on this city; false where that is not known for certain. */
  alone(): boolean;
  /** Resolves when nothing is in hand any more; claims nothing new. */
  close(): Promise<void>;
};

type RelaySettings = {
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly log: Log;
  readonly timings?: Timings['relay'];
  /** Hears what became of a message that will not be tried again, before the store does. */
  readonly ended?: (to: Urn, outcome: SendOutcome) => void;
};

const IN_HAND_MAX = 100;
/** A reply of unknown outcome is given up after this many tries, about a day in production. */
const UNKNOWN_TRIES_MAX = 1440;

export function openRelay({ store, channels, log, ended, timings = TIMINGS.relay }: RelaySettings): Relay {
  const { silenceMs, recoverEveryMs, unknownPausesMs } = timings;
  /** By the message's number in the outbox. */
  const inHand = new Map<string, { readonly to: Urn; readonly work: Promise<void> }>();
  let timer: NodeJS.Timeout | undefined;
  let claiming: Promise<void> | undefined;
  let recovering = false;
  let lastBeat = performance.now();
  let judgeFrom = 0;
  let processes = 0;
  let again = false;
  let closed = false;

  const deliver = async (claimed: Claimed): Promise<void> => {
    crashPoint('after_claim');
    const channel = channels.find((c) => claimed.to.startsWith(`${c.scheme}:`));
    const message = JSON.parse(claimed.body) as Outgoing; // written by a commit
    const sending = channel?.send(claimed.to, message);
    crashPoint('send_on_wire');
    const outcome = (await sending) ?? { type: 'rejected', reason: 'no such channel' };
    crashPoint('after_send');
    const verdict = verdictOf(outcome, claimed, unknownPausesMs);
    if (outcome.type !== 'sent')
      log.warn({ outcome: outcome.type, reason: verdict.detail }, 'a message was not simply sent');
    if (verdict.type !== 'later') ended?.(claimed.to, outcome);
    const [answer, more, ...next] = (await settle({ claimed, verdict })) ?? ['fenced'];
    crashPoint('after_ack');
    send(readClaimed(next));
    if ((answer === 'ok' && more === 1) || verdict.type === 'moved') wake();
  };

  /** What was sent must be settled, or it would be sent again. */
  const settle = batchCalls(
    async (all: readonly Settling[]): Promise<readonly Settled[]> => {
      const persons = all.map(({ claimed }) => store.keys.person(claimed.to));
      const keys = [...outboxKeys(store.keys), store.keys.outboxDead, ...persons];
      const args = all.flatMap(({ claimed: { to, number }, verdict }) => {
        const { type, detail = '', ms = 0, everybody = false, counts = false } = verdict;
        return [to, number, type, detail, ms, everybody ? 1 : 0, counts ? 1 : 0];
      });
      const asked = store.redis.anlinSettle(keys.length, ...keys, store.process, store.pace, ...args);
      crashPoint('ack_on_wire');
      return orStoreAway(asked);
    },
    { log, failure: 'sent messages could not be settled yet', stopping: () => closed },
  );

  const send = (claimed: readonly Claimed[]): void => {
    for (const one of claimed) {
      if (inHand.has(one.number)) continue;
      const work = deliver(one)
        .catch((error) => log.error({ err: error }, 'a message could not be delivered'))
        .finally(() => {
          inHand.delete(one.number);
          if (inHand.size === IN_HAND_MAX - 1) wake();
        });
      inHand.set(one.number, { to: one.to, work });
    }
  };

  const claim = async (): Promise<void> => {
    const room = IN_HAND_MAX - inHand.size;
    // While the store is away, questions would only pile up.
    if (room <= 0 || store.redis.status !== 'ready') return;
    const keys = outboxKeys(store.keys);
    const asked = store.redis.anlinClaim(keys.length, ...keys, store.process, room, store.pace);
    const [wait, ...claimed] = await orStoreAway(asked);
    send(readClaimed(claimed));
    const waitMs = Number(wait);
    if (waitMs >= 0) plan(Math.max(1, waitMs));
  };

  const plan = (ms: number): void => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(wake, Math.min(ms, 60_000));
  };

  const wake = (): void => {
    if (closed) return;
    if (claiming) {
      again = true;
      return;
    }
    again = false;
    claiming = claim()
      .catch((error) => {
        log.warn({ err: error }, 'the outbox could not be read');
        plan(500);
      })
      .finally(() => {
        claiming = undefined;
        if (again) wake();
      });
  };

  const recover = async (): Promise<void> => {
    if (recovering || store.redis.status !== 'ready') return;
    recovering = true;
    try {
      crashPoint('while_recovering');
      // Whoever could not give a sign of life itself (the store was away) calls nobody dead for a while.
      const now = performance.now();
      if (now - lastBeat > silenceMs / 2) judgeFrom = now + silenceMs;
      const silence = now < judgeFrom ? Number.MAX_SAFE_INTEGER : silenceMs;
      const keys = [...outboxKeys(store.keys), store.keys.processes];
      const args = [store.process, silence, ...[...inHand.values()].map(({ to }) => to)];
      processes = await orStoreAway(store.redis.anlinRecover(keys.length, ...keys, ...args));
      lastBeat = performance.now();
    } finally {
      recovering = false;
    }
    wake();
  };
  const beating = setInterval(() => {
    recover().catch((error) => log.warn({ err: error }, 'claims could not be recovered'));
  }, recoverEveryMs);

  return {
    send,
    wake,
    alone: () => processes === 1 && performance.now() - lastBeat < silenceMs,
    async close() {
      closed = true;
      clearTimeout(timer);
      await claiming;
      // The signs of life go on until the last message is settled, or others would send it again.
      while (inHand.size > 0) await Promise.all([...inHand.values()].map(({ work }) => work));
      clearInterval(beating);
      // Those who stay need not wait for a sign of life from here.
      await store.redis.zrem(store.keys.processes, store.process).catch(() => {});
    },
  };
}

type Settling = { readonly claimed: Claimed; readonly verdict: Verdict };

type Verdict = {
  readonly type: 'sent' | 'dead' | 'gone' | 'later' | 'moved';
  readonly detail?: string;
  readonly ms?: number;
  readonly everybody?: boolean;
  readonly counts?: boolean;
};

/** What the store shall do with a message, by what became of it. */
export function verdictOf(
  outcome: SendOutcome,
  { lane, tries }: Pick<Claimed, 'lane' | 'tries'>,
  unknownPausesMs = TIMINGS.relay.unknownPausesMs,
): Verdict {
  switch (outcome.type) {
    case 'sent':
      return { type: 'sent', detail: outcome.ref ?? '' };
    case 'later':
      return { type: 'later', ms: outcome.afterMs, everybody: outcome.scope === 'account', detail: outcome.reason };
    case 'moved':
      return { type: 'moved', detail: outcome.to };
    case 'gone':
      return { type: 'gone', detail: outcome.reason };
    case 'closed':
      return { type: 'dead', detail: `closed: needs ${outcome.need}` };
    case 'rejected':
      return { type: 'dead', detail: outcome.reason };
    case 'unknown': {
      // Bulk that may have arrived is not sent again (P4); a person who waits for a reply would rather read it twice.
      const pause = unknownPausesMs[Math.min(tries, unknownPausesMs.length - 1)] ?? 0;
      if (lane === 'bulk' || tries >= UNKNOWN_TRIES_MAX) return { type: 'dead', detail: `unknown: ${outcome.reason}` };
      return { type: 'later', ms: pause, counts: true, detail: outcome.reason };
    }
  }
}
