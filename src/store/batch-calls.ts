import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';

type BatchSettings = {
  readonly log: Log;
  /** The log line of a failed call. */
  readonly failure: string;
  /** True from the start of a shutdown: a failed call is then not repeated, and its answers are undefined. */
  readonly stopping: () => boolean;
};

type CallAll<Item, Answer> = (items: readonly Item[]) => Promise<readonly Answer[]>;

const RETRY_MS = 500;

/**
 * Combines all items of one round of the event loop into one call. A failed call is repeated until it succeeds.
 * So `callAll` must be safe to run twice.
 */
export function batchCalls<Item, Answer>(
  callAll: CallAll<Item, Answer>,
  settings: BatchSettings,
): (item: Item) => Promise<Answer | undefined> {
  return heldCalls(callAll, settings, 0).add;
}

/** The same for items that are held until `flush` or for this time, ms; 0: until the end of the round. */
export function heldCalls<Item, Answer>(
  callAll: CallAll<Item, Answer>,
  { log, failure, stopping }: BatchSettings,
  holdMs: number,
): { add(item: Item): Promise<Answer | undefined>; flush(): void } {
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

  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    if (waiting.length > 0) answerAll(waiting.splice(0));
  };
  return {
    add: (item) =>
      new Promise((done) => {
        if (waiting.length === 0 && holdMs === 0) setImmediate(flush);
        else if (waiting.length === 0) timer = setTimeout(flush, holdMs);
        waiting.push({ item, done });
      }),
    flush,
  };
}
