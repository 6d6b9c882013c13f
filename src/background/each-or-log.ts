import type { Log } from '../log.ts';

type Each<Item> = {
  readonly log: Log;
  /** Named in the log when an item fails. */
  readonly what: string;
  readonly stopping?: () => boolean;
  readonly work: (item: Item) => Promise<unknown>;
};

/** Works through items in order; a failing item is logged and the others still run. Returns how many succeeded. */
export async function eachOrLog<Item>(
  items: readonly Item[],
  { log, what, stopping, work }: Each<Item>,
): Promise<number> {
  let done = 0;
  for (const item of items) {
    if (stopping?.()) break;
    try {
      await work(item);
      done += 1;
    } catch (error) {
      log.warn({ err: error }, `${what} failed; the next run tries again`);
    }
  }
  return done;
}
