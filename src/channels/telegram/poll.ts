import { setTimeout as sleep } from 'node:timers/promises';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';
import type { TelegramApi } from './api.ts';
import { POLL_SECONDS } from './api.ts';
import { outcomeOf } from './outcome.ts';
import { ALLOWED_UPDATES } from './read-update.ts';

type Polling = {
  readonly api: TelegramApi['api'];
  readonly handleUpdate: (update: unknown) => Promise<void>;
  /** True while it is this process's turn to poll. */
  readonly mayPoll: () => boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Reports the current problem; undefined once a call succeeds. */
  readonly report: (trouble: string | undefined) => void;
};

const WAIT_FOR_TURN_MS = 500;
const BATCH = 100;
/** An empty answer sooner than this comes from a proxy or an emulator that does not wait. */
const TOO_SOON_MS = 1000;
const TOO_SOON_PAUSE_MS = 100;

/**
 * Polls Telegram and confirms an update only after its commit.
 * Each person's updates run in order, different persons run at once. The offset moves when the whole batch is done.
 */
export async function poll(polling: Polling): Promise<void> {
  const { api, mayPoll, signal, log } = polling;
  let offset = 0;
  let pause = 0;
  while (!signal.aborted) {
    try {
      if (pause > 0) await sleep(pause, undefined, { signal });
      if (!mayPoll()) {
        // Another process may confirm updates meanwhile. Offset 0 starts at Telegram's own position.
        offset = 0;
        pause = WAIT_FOR_TURN_MS;
        continue;
      }
      const call = { offset, limit: BATCH, timeout: POLL_SECONDS, allowed_updates: [...ALLOWED_UPDATES] };
      const askedAt = Date.now();
      const updates = await api.raw.getUpdates(call, signal as Parameters<TelegramApi['api']['raw']['getUpdates']>[1]); // the polyfill's type
      if (offset > 0) crashPoint('after_confirm');
      // After an empty batch the offset returns to 0: all updates are confirmed, and ids jump after an idle week.
      offset = await handleAll(updates, polling);
      polling.report(undefined);
      const tooSoon = updates.length === 0 && Date.now() - askedAt < TOO_SOON_MS;
      const rest = tooSoon ? TOO_SOON_PAUSE_MS : 0;
      pause = offset === nextAfter(updates) ? rest : 1000;
    } catch (error) {
      if (signal.aborted) return;
      const outcome = outcomeOf(error);
      const reason = 'reason' in outcome ? outcome.reason : outcome.type;
      polling.report(`getUpdates: ${reason}`);
      log.warn({ reason }, 'could not fetch updates');
      pause = outcome.type === 'later' ? outcome.afterMs : 1000;
    }
  }
}

/** Handles a batch; returns the offset before which every update is committed. */
async function handleAll(
  updates: readonly { readonly update_id: number }[],
  { handleUpdate, log }: Polling,
): Promise<number> {
  const failed: number[] = [];
  const handleInOrder = async (list: readonly { readonly update_id: number }[]) => {
    for (const update of list) {
      try {
        await handleUpdate(update);
      } catch (error) {
        log.warn(
          { err: error, update: update.update_id },
          'an update could not be committed; it will be fetched again',
        );
        failed.push(update.update_id);
        return; // later updates of this person must not overtake it
      }
    }
  };
  const persons = Map.groupBy(updates, personOf);
  await Promise.all([...persons.values()].map(handleInOrder));
  return failed.length > 0 ? Math.min(...failed) : nextAfter(updates);
}

function nextAfter(updates: readonly { readonly update_id: number }[]): number {
  return (updates.at(-1)?.update_id ?? -1) + 1;
}

/** The sender of an update that is not validated yet; used only to keep a person's order. */
function personOf(update: object): unknown {
  const [, body] = Object.entries(update).find(([name]) => name !== 'update_id') ?? [];
  return (body as { from?: { id?: unknown } } | undefined)?.from?.id;
}
