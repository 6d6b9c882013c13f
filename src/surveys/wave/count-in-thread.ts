import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { CountedTexts } from '../results/counted-wave.ts';
import type { CountOrder, EntryAtHome } from './count-ballots.ts';

const THREAD = fileURLToPath(new URL('./count-thread.ts', import.meta.url));

/** A message to the thread. Batches are small: copying one holds up the chats. */
export type CountPart =
  | { readonly type: 'ballots'; readonly sealed: readonly (readonly [nullifier: string, sealed: string])[] }
  | { readonly type: 'entries'; readonly entries: readonly EntryAtHome[] }
  | { readonly type: 'count'; readonly order: CountOrder };

/** The counted wave, and the number of ballots that the key does not open. */
export type CountedInThread = CountedTexts & { readonly damaged: number };

/** A thread that counts one wave, so that the chats go on meanwhile. `end` must follow. */
export type CountThread = {
  add(part: Exclude<CountPart, { type: 'count' }>): void;
  count(order: CountOrder): Promise<CountedInThread>;
  end(): Promise<unknown>;
};

/** Starts the thread; `key` opens the ballots. */
export function startCount(key: string): CountThread {
  const worker = new Worker(THREAD, { workerData: key });
  const send = (part: CountPart) => worker.postMessage(part);
  const answer = once(worker, 'message') as Promise<[CountedInThread]>; // sent by count-thread.ts
  // A thread that fails early rejects when the count asks for its answer.
  answer.catch(() => {});
  return {
    add: send,
    async count(order) {
      send({ type: 'count', order });
      const [counted] = await answer;
      return counted;
    },
    end: () => worker.terminate(),
  };
}
