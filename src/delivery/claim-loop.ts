import type { Log } from '../log.ts';
import type { Claimed } from '../store/commit.ts';
import { claimMessages } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';

/** Claims due messages of the outbox, one call at a time. */
export type ClaimLoop = {
  /** Claims now, or right after the call under way. */
  wake(): void;
  /** Ends the loop; resolves when the call under way has ended. */
  close(): Promise<void>;
};

type ClaimLoopSettings = {
  readonly store: Store;
  readonly log: Log;
  /** How many more messages this process can send at once. */
  readonly room: () => number;
  readonly send: (claimed: readonly Claimed[]) => void;
};

const RETRY_MS = 500;
const WAIT_MAX_MS = 60_000;

/** Starts idle: the first claim follows a call of `wake`. */
export function openClaimLoop({ store, log, room, send }: ClaimLoopSettings): ClaimLoop {
  let timer: NodeJS.Timeout | undefined;
  let claiming: Promise<void> | undefined;
  let wokenMeanwhile = false;
  let closed = false;

  const claim = async (): Promise<void> => {
    const free = room();
    // Commands queue up while the connection is down.
    if (free <= 0 || store.redis.status !== 'ready') return;
    const { claimed, waitMs } = await claimMessages(store, free);
    send(claimed);
    if (waitMs !== undefined) wakeIn(Math.max(1, waitMs));
  };

  const wakeIn = (ms: number): void => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(wake, Math.min(ms, WAIT_MAX_MS));
  };

  const wake = (): void => {
    if (closed) return;
    if (claiming) {
      wokenMeanwhile = true;
      return;
    }
    wokenMeanwhile = false;
    claiming = claim()
      .catch((error) => {
        log.warn({ err: error }, 'the outbox could not be read');
        wakeIn(RETRY_MS);
      })
      .finally(() => {
        claiming = undefined;
        if (wokenMeanwhile) wake();
      });
  };

  return {
    wake,
    async close() {
      closed = true;
      clearTimeout(timer);
      await claiming;
    },
  };
}
