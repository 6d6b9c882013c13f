import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';

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

/** Why a broadcast does not go on: everybody had their turn, it came too late, or somebody ended it. */
export type Why = 'done' | 'late' | 'cancelled' | (string & {});

/** How a broadcast stands. The counts and what is still to come are the audience, always. */
export type Progress = {
  readonly state: 'sending' | 'paused' | 'ended';
  readonly why: Why | undefined;
  readonly total: number;
  readonly counts: Readonly<Partial<Record<(typeof OUTCOMES)[OutcomeLetter], number>>>;
  /** On its way, waiting for its turn, or passed over because the whole ended before it. */
  readonly left: number;
  readonly endedAt: number | undefined;
};

export async function progressOf(store: Store, id: string): Promise<Progress | undefined> {
  const run = await asking(store.redis.hgetall(store.keys.broadcastRun(id)));
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
    endedAt: run.ended_at === undefined ? undefined : Number(run.ended_at),
  };
}
