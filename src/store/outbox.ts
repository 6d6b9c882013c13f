import type { Urn } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import type { Claimed } from './commit.ts';
import { readClaimed } from './commit.ts';
import type { Settled } from './scripts/commands.ts';
import { outboxKeys } from './scripts/script-inputs.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** Claimed messages, and the wait until the next claim, ms; undefined if the outbox is empty. */
export type Claims = { readonly claimed: readonly Claimed[]; readonly waitMs: number | undefined };

/** Claims due messages for this process, at most `room`. */
export async function claimMessages(store: Store, room: number): Promise<Claims> {
  const { redis, keys, process, pace, known } = store;
  const all = [...outboxKeys(keys), keys.meta, keys.outboxDead];
  const [wait, ...claimed] = await orStoreAway(redis.anlinClaim(all.length, ...all, process, room, pace, known.text()));
  if (claimed.length > 0) await store.replicated();
  const waitMs = Number(wait);
  return { claimed: readClaimed(claimed), waitMs: waitMs >= 0 ? waitMs : undefined };
}

/** How the store settles a sent message. */
export type Verdict = {
  readonly type: 'sent' | 'dead' | 'gone' | 'held' | 'later' | 'moved';
  /** The message's reference (sent), the reason (dead, gone, held, later) or the new urn (moved). */
  readonly detail?: string;
  /** Pause before the next send, ms (later). */
  readonly ms?: number;
  /** The pause holds for the whole account, not only for this chat. */
  readonly pausesAccount?: boolean;
  /** The send counts as one of the message's tries. */
  readonly countsAsTry?: boolean;
};

/** A claimed message and its verdict. */
export type Settlement = { readonly claimed: Claimed; readonly verdict: Verdict };

/** Settles claimed messages. Safe to run twice: the second run gets `fenced`. */
export async function settleMessages(store: Store, settlements: readonly Settlement[]): Promise<readonly Settled[]> {
  const persons = settlements.map(({ claimed }) => store.keys.person(claimed.to));
  const held = settlements.map(({ claimed }) => store.keys.held(claimed.to));
  const keys = [...outboxKeys(store.keys), store.keys.outboxDead, ...persons, ...held];
  const args = settlements.flatMap(({ claimed: { to, number }, verdict }) => {
    const { type, detail = '', ms = 0, pausesAccount = false, countsAsTry = false } = verdict;
    return [to, number, type, detail, ms, pausesAccount ? 1 : 0, countsAsTry ? 1 : 0];
  });
  const call = store.redis.anlinSettle(keys.length, ...keys, store.process, store.pace, ...args);
  crashPoint('ack_on_wire');
  const settled = await orStoreAway(call);
  // A next message was claimed: it leaves only once the replicas have it.
  if (settled.some((one) => one.length > 2)) await store.replicated();
  return settled;
}

/**
 * Records a heartbeat and releases the claims of dead processes, which are silent for `silenceMs`.
 * `inFlight` are the recipients of this process's sends. Returns the number of living processes.
 */
export async function recoverClaims(
  { redis, keys, process }: Store,
  silenceMs: number,
  inFlight: readonly Urn[],
): Promise<number> {
  const all = outboxKeys(keys);
  return orStoreAway(redis.anlinRecover(all.length, ...all, process, silenceMs, ...inFlight));
}

/** Removes the heartbeat of this process, so that others take over without the wait for silence. */
export async function removeHeartbeat({ redis, keys, process }: Store): Promise<void> {
  await orStoreAway(redis.zrem(keys.processes, process));
}
