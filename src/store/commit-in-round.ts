import { outboxKeys } from './scripts/script-inputs.ts';
import type { Store } from './store.ts';

/** One operation for the script COMMIT. */
type Operation = {
  /** The person, seen, and the keys of its checks, writes and audit. */
  readonly keys: readonly string[];
  readonly text: string;
  readonly messages: number;
};
type Answer = readonly (string | number)[];
type Waiting = Operation & { readonly done: (answer: Answer) => void; readonly failed: (error: unknown) => void };

/** Operations and messages in one call: a call holds up all others, for a few milliseconds at most. */
const CALL_MAX = 64;

const rounds = new WeakMap<Store, Waiting[]>();

/** Commits all operations of one round of the event loop in one call, in their order: half of a commit's cost is the call. */
export function commitInRound(store: Store, operation: Operation): Promise<Answer> {
  return new Promise((done, failed) => {
    const round = rounds.get(store) ?? [];
    rounds.set(store, round);
    round.push({ ...operation, done, failed });
    if (round.length === 1) store.redis.atRoundEnd(() => commitAll(store, round.splice(0)));
  });
}

function commitAll(store: Store, round: readonly Waiting[]): void {
  let call: Waiting[] = [];
  let size = 0;
  for (const one of round) {
    size += 1 + one.messages;
    if (size > CALL_MAX && call.length > 0) {
      commitTogether(store, call);
      [call, size] = [[], 1 + one.messages];
    }
    call.push(one);
  }
  commitTogether(store, call);
}

async function commitTogether({ redis, keys, process, pace, known }: Store, call: readonly Waiting[]): Promise<void> {
  const all = [...outboxKeys(keys), keys.meta, ...call.flatMap((one) => one.keys)];
  const texts = call.map(({ text }) => text);
  try {
    const answers = await redis.anlinCommit(all.length, ...all, process, pace, known.text(), ...texts);
    for (const [i, { done }] of call.entries()) done(answers[i] ?? []);
  } catch (error) {
    for (const { failed } of call) failed(error);
  }
}
