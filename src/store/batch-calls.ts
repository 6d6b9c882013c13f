import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';

type BatchSettings = {
  readonly log: Log;
  /** The log line of a failed call. */
  readonly failure: string;
  /** True from the start of a shutdown: a failed call is then not repeated, and its answers are undefined. */
  readonly stopping: () => boolean;
};

const RETRY_MS = 500;

/**
 * Combines all items of one round of the event loop into one call. A failed call is repeated until it succeeds.
 * So `callAll` must be safe to run twice.
 */
export function batchCalls<Item, Answer>(
  callAll: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { log, failure, stopping }: BatchSettings,
): (item: Item) => Promise<Answer | undefined> {
  type Waiting = { readonly item: Item; readonly done: (answer: Answer | undefined) => void };
  const waiting: Waiting[] = [];

  const answerAll = async (batch: readonly Waiting[]): Promise<void> => {
    let answers: readonly Answer[] | undefined;
    while (!answers) {
      try {
        answers = await callAll(batch.map(({ item }) => item));
      } catch (error) {
        log.warn({ err: error }, failure);
        if (stopping()) break;
        await sleep(RETRY_MS);
      }
    }
    for (const [i, { done }] of batch.entries()) done(answers?.[i]);
  };

  return (item) =>
    new Promise((done) => {
      if (waiting.length === 0) setImmediate(() => answerAll(waiting.splice(0)));
      waiting.push({ item, done });
    });
}
