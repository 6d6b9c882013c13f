import type { Urn } from '../../channels/channel.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { CHUNK_SIZE, loadChunk } from './audience.ts';

/**
 * Outcomes of a recipient by the letter that the store holds. `u`: the message may or may not have arrived. `w`: the
 * message waits until the person writes, because the channel takes nothing before. `j`: the
 * recipient joined another one of the same audience.
 */
export const RECIPIENT_OUTCOMES = {
  d: 'delivered',
  u: 'unknown',
  g: 'failed_gone',
  s: 'skipped_stopped',
  n: 'skipped_forgotten',
  b: 'skipped_unreachable',
  w: 'waiting',
  j: 'skipped_joined',
} as const;
export type OutcomeLetter = keyof typeof RECIPIENT_OUTCOMES;

/** What became of a message at an address. */
export const WAYS = { d: 'delivered', w: 'waiting', g: 'failed_gone' } as const;
export type Way = (typeof WAYS)[keyof typeof WAYS];

/** State and counts of a run. The counts and `left` add up to the audience. */
export type Progress = {
  readonly state: 'sending' | 'paused' | 'ended';
  /** Reason for a pause or an end: done, late, cancelled, by_hand, token, unknowns, restored, or the channel's text. */
  readonly why: string | undefined;
  readonly total: number;
  readonly counts: Readonly<Partial<Record<(typeof RECIPIENT_OUTCOMES)[OutcomeLetter], number>>>;
  /** Addresses by channel. Of an announcement each person counts at one of them, of an urgent one at all. */
  readonly ways: Readonly<Record<string, Readonly<Partial<Record<Way, number>>>>>;
  /** Recipients without an outcome: in flight, waiting, or passed over because the run ended first. */
  readonly left: number;
};

/** Loads the state and counts of a run; undefined before it starts. */
export async function loadProgress(store: Store, id: string): Promise<Progress | undefined> {
  const run = await orStoreAway(store.redis.hgetall(store.keys.broadcastRun(id)));
  if (run.state === undefined) return undefined;
  const counted = Object.entries(RECIPIENT_OUTCOMES).flatMap(([letter, name]) => {
    const n = Number(run[`outcome:${letter}`] ?? 0);
    return n > 0 ? [[name, n] as const] : [];
  });
  const total = Number(run.total);
  return {
    state: run.state as Progress['state'], // written by the scripts and by commits
    why: run.why,
    total,
    counts: Object.fromEntries(counted),
    ways: waysOf(run),
    left: total - counted.reduce((all, [, n]) => all + n, 0),
  };
}

function waysOf(run: Readonly<Record<string, string>>): Progress['ways'] {
  const ways: Record<string, Partial<Record<Way, number>>> = {};
  for (const [field, n] of Object.entries(run).toSorted()) {
    const [way, channel = '', letter = ''] = field.split(':');
    if (way === 'way' && Number(n) > 0)
      ways[channel] = { ...ways[channel], [WAYS[letter as keyof typeof WAYS]]: Number(n) };
  }
  return ways;
}

/** Loads a run's recipients with one of these outcomes, and their places. */
export async function loadRecipientsByOutcome(
  store: Store,
  run: string,
  outcomes: readonly OutcomeLetter[],
): Promise<readonly { readonly urn: Urn; readonly place: number }[]> {
  const letters = await orStoreAway(store.redis.getBuffer(store.keys.broadcastOutcomes(run)));
  if (!letters) return [];
  const wanted = new Set(outcomes.map((letter) => letter.charCodeAt(0)));
  const found: { urn: Urn; place: number }[] = [];
  for (let chunk = 0; chunk * CHUNK_SIZE < letters.length; chunk += 1) {
    const urns = await loadChunk(store, run, chunk);
    for (const [i, urn] of urns.entries()) {
      const place = chunk * CHUNK_SIZE + i;
      if (wanted.has(letters[place] ?? 0)) found.push({ urn, place });
    }
  }
  return found;
}

/** Loads one row per recipient, by pseudonym, in the audience's order. */
export async function loadLedger(
  store: Store,
  run: string,
): Promise<readonly { readonly recipient: string; readonly outcome: string }[]> {
  const [outcomes, sums] = await Promise.all([
    orStoreAway(store.redis.getBuffer(store.keys.broadcastOutcomes(run))),
    orStoreAway(store.redis.hmget(store.keys.broadcastRun(run), 'cursor', 'total')),
  ]);
  const [cursor = 0, total = 0] = sums.map(Number);
  const rows: { recipient: string; outcome: string }[] = [];
  for (let chunk = 0; chunk * CHUNK_SIZE < total; chunk += 1) {
    const urns = await loadChunk(store, run, chunk);
    for (let place = chunk * CHUNK_SIZE; place < Math.min(total, (chunk + 1) * CHUNK_SIZE); place += 1) {
      const letter = String.fromCharCode(outcomes?.[place] ?? 0) as OutcomeLetter; // as the scripts write it
      const urn = urns[place % CHUNK_SIZE];
      // The audience has a shorter retention time than the outcomes.
      const recipient = urn === undefined ? '-' : store.pseudonym(urn);
      rows.push({ recipient, outcome: RECIPIENT_OUTCOMES[letter] ?? (place < cursor ? 'on_its_way' : 'left') });
    }
  }
  return rows;
}
