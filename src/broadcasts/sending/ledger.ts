import type { Urn } from '../../channels/channel.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { CHUNK, loadChunk } from './audience.ts';

/** What becomes of a recipient, by the letter that stands for it in the store. `u`: nobody knows whether it arrived. */
export const OUTCOMES = {
  d: 'delivered',
  u: 'unknown',
  g: 'failed_gone',
  s: 'skipped_stopped',
  n: 'skipped_forgotten',
  b: 'skipped_unreachable',
} as const;
export type OutcomeLetter = keyof typeof OUTCOMES;

/** How a broadcast stands. The counts and what is still to come are the audience, always. */
export type Progress = {
  readonly state: 'sending' | 'paused' | 'ended';
  /** Why it does not go on: done, late, cancelled, by_hand, token, or what the channel said. */
  readonly why: string | undefined;
  readonly total: number;
  readonly counts: Readonly<Partial<Record<(typeof OUTCOMES)[OutcomeLetter], number>>>;
  /** On its way, waiting for its turn, or passed over because the whole ended before it. */
  readonly left: number;
};

export async function progressOf(store: Store, id: string): Promise<Progress | undefined> {
  const run = await orStoreAway(store.redis.hgetall(store.keys.broadcastRun(id)));
  if (run.state === undefined) return undefined;
  const counted = Object.entries(OUTCOMES).flatMap(([letter, name]) => {
    const n = Number(run[`outcome:${letter}`] ?? 0);
    return n > 0 ? [[name, n] as const] : [];
  });
  const total = Number(run.total);
  return {
    state: run.state as Progress['state'], // written by the scripts and by commits
    why: run.why,
    total,
    counts: Object.fromEntries(counted),
    left: total - counted.reduce((all, [, n]) => all + n, 0),
  };
}

/** The recipients of a sending for whom it ended so, with their places in its ledger. */
export async function placesOf(
  store: Store,
  run: string,
  outcomes: readonly OutcomeLetter[],
): Promise<readonly { readonly urn: Urn; readonly place: number }[]> {
  const ended = await orStoreAway(store.redis.getBuffer(store.keys.broadcastOutcomes(run)));
  if (!ended) return [];
  const wanted = new Set(outcomes.map((letter) => letter.charCodeAt(0)));
  const found: { urn: Urn; place: number }[] = [];
  for (let chunk = 0; chunk * CHUNK < ended.length; chunk += 1) {
    const urns = await loadChunk(store, run, chunk);
    for (const [i, urn] of urns.entries()) {
      const place = chunk * CHUNK + i;
      if (wanted.has(ended[place] ?? 0)) found.push({ urn, place });
    }
  }
  return found;
}

/** What became of every recipient of a sending, in its order, by pseudonym. The lines are the audience, whatever happened. */
export async function ledgerOf(
  store: Store,
  run: string,
): Promise<readonly { readonly who: string; readonly outcome: string }[]> {
  const [outcomes, sums] = await Promise.all([
    orStoreAway(store.redis.getBuffer(store.keys.broadcastOutcomes(run))),
    orStoreAway(store.redis.hmget(store.keys.broadcastRun(run), 'cursor', 'total')),
  ]);
  const [cursor = 0, total = 0] = sums.map(Number);
  const rows: { who: string; outcome: string }[] = [];
  for (let chunk = 0; chunk * CHUNK < total; chunk += 1) {
    const urns = await loadChunk(store, run, chunk);
    for (let place = chunk * CHUNK; place < Math.min(total, (chunk + 1) * CHUNK); place += 1) {
      const letter = String.fromCharCode(outcomes?.[place] ?? 0) as OutcomeLetter; // as the scripts write it
      const urn = urns[place % CHUNK];
      // The audience is not kept for ever; how it ended is.
      const who = urn === undefined ? '-' : store.pseudonym(urn);
      rows.push({ who, outcome: OUTCOMES[letter] ?? (place < cursor ? 'on_its_way' : 'left') });
    }
  }
  return rows;
}
