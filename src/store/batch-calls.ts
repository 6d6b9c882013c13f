import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';

type BatchSettings = {
  readonly log: Log;
  /** What could not be done yet, for the log. */
  readonly trouble: string;
  /** From then on an outage is not waited for any more, and the answer is undefined. */
  readonly stopping: () => boolean;
};

const AGAIN_MS = 500;

/**
 * Many answers with one question: what comes within one round of the event loop is asked together. For what must not be lost:
 * while the store is away it is asked again, since asking twice does no harm.
 */
export function batchCalls<Item, Answer>(
  ask: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { log, trouble, stopping }: BatchSettings,
): (item: Item) => Promise<Answer | undefined> {
  type Waiting = { readonly item: Item; readonly done: (answer: Answer | undefined) => void };
  const waiting: Waiting[] = [];

  const askAll = async (all: readonly Waiting[]): Promise<void> => {
    let answers: readonly Answer[] | undefined;
    while (!answers) {
      try {
        answers = await ask(all.map(({ item }) => item));
      } catch (error) {
        log.warn({ err: error }, trouble);
        if (stopping()) break;
        await sleep(AGAIN_MS);
      }
    }
    for (const [i, { done }] of all.entries()) done(answers?.[i]);
  };

  return (item) =>
    new Promise((done) => {
      if (waiting.length === 0) setImmediate(() => askAll(waiting.splice(0)));
      waiting.push({ item, done });
    });
}
