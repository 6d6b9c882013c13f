import type { Channel, Outgoing, SendOutcome } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import type { Log } from '../log.ts';
import type { Settled } from '../store/commands.ts';
import type { Claimed } from '../store/commit.ts';
import { CLAIM_LEASE_MS, readClaimed, urnOf } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { asking, outboxKeys, paceArgs } from '../store/store.ts';

/** Carries committed messages out: claims, sends, settles. Any number of processes may run one over the same store. */
export type Relay = {
  /** Sends what a commit has claimed for this process, at once; what is already in hand is left alone. */
  send(claimed: readonly Claimed[]): void;
  /** Looks for more, soon. */
  wake(): void;
  /** Resolves when nothing is in hand any more; claims nothing new. */
  close(): Promise<void>;
};

type Settings = { readonly store: Store; readonly channels: readonly Channel[]; readonly log: Log };

const IN_HAND_MAX = 100;
/** A process that gave no sign of life for so long is dead, and what it had claimed goes to the others. */
const SILENCE_MS = 3000;
const RECOVER_EVERY_MS = 1000;
/** A reply whose outcome is unknown goes out again after these pauses, the last one again and again (P3: at least once)… */
const UNKNOWN_PAUSES_MS = [1000, 5000, 20_000, 60_000] as const;
/** … for about a day; after that nobody waits for it any more. */
const UNKNOWN_TRIES_MAX = 1440;

export function openRelay({ store, channels, log }: Settings): Relay {
  /** By the message's number in the outbox. */
  const inHand = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let claiming: Promise<void> | undefined;
  let recovering = false;
  let lastBeat = performance.now();
  let judgeFrom = 0;
  let again = false;
  let closed = false;
  const settling: Settling[] = [];

  const deliver = async (claimed: Claimed): Promise<void> => {
    crashPoint('after_claim');
    const channel = channels.find((c) => claimed.to.startsWith(`${c.scheme}:`));
    const message = JSON.parse(claimed.body) as Outgoing; // written by a commit
    const sending = channel?.send(claimed.to, message);
    crashPoint('send_on_wire');
    const outcome = (await sending) ?? { type: 'rejected', reason: 'no such channel' };
    crashPoint('after_send');
    const verdict = verdictOf(outcome, claimed);
    if (outcome.type !== 'sent')
      log.warn({ outcome: outcome.type, reason: verdict.detail }, 'a message was not simply sent');
    const [answer, more, ...next] = await settle(claimed, verdict);
    crashPoint('after_ack');
    send(readClaimed(next));
    if ((answer === 'ok' && more === 1) || verdict.type === 'moved') wake();
  };

  /** What is sent within one round of the event loop is settled with one question. */
  const settle = (claimed: Claimed, verdict: Verdict): Promise<Settled> =>
    new Promise((done) => {
      if (settling.length === 0) setImmediate(() => settleAll(settling.splice(0)));
      settling.push({ claimed, verdict, done });
    });

  const settleAll = async (all: readonly Settling[]): Promise<void> => {
    const keys = [...outboxKeys(store.keys), ...all.map(({ claimed }) => store.keys.person(claimed.to))];
    const args = all.flatMap(({ claimed: { to, member }, verdict }) => {
      const { type, detail = '', ms = 0, everybody = false, counts = false } = verdict;
      return [to, member, type, detail, ms, everybody ? 1 : 0, counts ? 1 : 0];
    });
    for (;;) {
      try {
        const head = [store.process, CLAIM_LEASE_MS, ...paceArgs(store.pace)];
        const asked = store.redis.anlinSettle(keys.length, ...keys, ...head, ...args);
        crashPoint('ack_on_wire');
        const answers = await asking(asked);
        all.forEach(({ done }, i) => {
          done(answers[i] ?? ['fenced']);
        });
        return;
      } catch (error) {
        // What was sent must be settled, or it would be sent again: wait for the store.
        log.warn({ err: error }, 'sent messages could not be settled yet');
        if (closed) {
          for (const { done } of all) done(['fenced']);
          return;
        }
        await new Promise((done) => setTimeout(done, 500));
      }
    }
  };

  const send = (claimed: readonly Claimed[]): void => {
    for (const one of claimed) {
      if (inHand.has(one.member)) continue;
      const work = deliver(one)
        .catch((error) => log.error({ err: error }, 'a message could not be delivered'))
        .finally(() => {
          inHand.delete(one.member);
          if (inHand.size === IN_HAND_MAX - 1) wake();
        });
      inHand.set(one.member, work);
    }
  };

  const claim = async (): Promise<void> => {
    const room = IN_HAND_MAX - inHand.size;
    // While the store is away, questions would only pile up.
    if (room <= 0 || store.redis.status !== 'ready') return;
    const keys = outboxKeys(store.keys);
    const asked = store.redis.anlinClaim(
      keys.length,
      ...keys,
      store.process,
      CLAIM_LEASE_MS,
      room,
      ...paceArgs(store.pace),
    );
    const [wait, ...claimed] = await asking(asked);
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
      if (now - lastBeat > SILENCE_MS / 2) judgeFrom = now + SILENCE_MS;
      const silence = now < judgeFrom ? Number.MAX_SAFE_INTEGER : SILENCE_MS;
      const keys = outboxKeys(store.keys);
      const args = [store.process, silence, CLAIM_LEASE_MS, ...[...inHand.keys()].map(urnOf)];
      await asking(store.redis.anlinRecover(keys.length, ...keys, ...args));
      lastBeat = performance.now();
    } finally {
      recovering = false;
    }
    wake();
  };
  const beating = setInterval(() => {
    recover().catch((error) => log.warn({ err: error }, 'claims could not be recovered'));
  }, RECOVER_EVERY_MS);

  return {
    send,
    wake,
    async close() {
      closed = true;
      clearTimeout(timer);
      await claiming;
      // The signs of life go on until the last message is settled, or others would send it again.
      while (inHand.size > 0) await Promise.all(inHand.values());
      clearInterval(beating);
    },
  };
}

type Settling = { readonly claimed: Claimed; readonly verdict: Verdict; readonly done: (answer: Settled) => void };

type Verdict = {
  readonly type: 'sent' | 'dead' | 'gone' | 'later' | 'moved';
  readonly detail?: string;
  readonly ms?: number;
  readonly everybody?: boolean;
  readonly counts?: boolean;
};

/** What the store shall do with a message, by what became of it. */
export function verdictOf(outcome: SendOutcome, { lane, tries }: Pick<Claimed, 'lane' | 'tries'>): Verdict {
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
      const pause = UNKNOWN_PAUSES_MS[Math.min(tries, UNKNOWN_PAUSES_MS.length - 1)] ?? 0;
      if (lane === 'bulk' || tries >= UNKNOWN_TRIES_MAX) return { type: 'dead', detail: `unknown: ${outcome.reason}` };
      return { type: 'later', ms: pause, counts: true, detail: outcome.reason };
    }
  }
}
