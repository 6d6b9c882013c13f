import { setTimeout as sleep } from 'node:timers/promises';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';
import type { TelegramApi } from './api.ts';
import { POLL_SECONDS } from './api.ts';
import { outcomeOf } from './outcome.ts';
import { ALLOWED_UPDATES } from './read-update.ts';

type Polling = {
  readonly api: TelegramApi['api'];
  readonly take: (update: unknown) => Promise<void>;
  readonly mayPoll: () => boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly trouble: (what: string | undefined) => void;
};

const WAIT_FOR_TURN_MS = 500;
const BATCH = 100;
/** A long poll that ends empty sooner than this has not waited: a proxy or an emulator answers at once. */
const TOO_SOON_MS = 1000;
const TOO_SOON_PAUSE_MS = 100;

/**
 * Long polling that confirms nothing before it is committed: a batch is fetched, every person's updates are taken in
 * order, all persons at once, and only when all are done does the offset move.
 */
export async function poll(polling: Polling): Promise<void> {
  const { api, mayPoll, signal, log } = polling;
  let offset = 0;
  let pause = 0;
  while (!signal.aborted) {
    try {
      if (pause > 0) await sleep(pause, undefined, { signal });
      if (!mayPoll()) {
        // Another process may have confirmed in the meantime; Telegram knows where we stand.
        offset = 0;
        pause = WAIT_FOR_TURN_MS;
        continue;
      }
      const call = { offset, limit: BATCH, timeout: POLL_SECONDS, allowed_updates: [...ALLOWED_UPDATES] };
      const askedAt = Date.now();
      const updates = await api.raw.getUpdates(call, signal as Parameters<TelegramApi['api']['raw']['getUpdates']>[1]); // the polyfill's type
      if (offset > 0) crashPoint('after_confirm');
      // An empty batch leads back to 0: what was fetched is confirmed by now, and after an idle week ids begin anew.
      offset = await takeAll(updates, polling);
      polling.trouble(undefined);
      const tooSoon = updates.length === 0 && Date.now() - askedAt < TOO_SOON_MS;
      const rest = tooSoon ? TOO_SOON_PAUSE_MS : 0;
      pause = offset === nextAfter(updates) ? rest : 1000;
    } catch (error) {
      if (signal.aborted) return;
      const outcome = outcomeOf(error);
      const reason = 'reason' in outcome ? outcome.reason : outcome.type;
      polling.trouble(`getUpdates: ${reason}`);
      log.warn({ reason }, 'could not fetch updates');
      pause = outcome.type === 'later' ? outcome.afterMs : 1000;
    }
  }
}

/** Takes a batch and returns the offset up to which everything is committed. */
async function takeAll(updates: readonly { readonly update_id: number }[], { take, log }: Polling): Promise<number> {
  const failed: number[] = [];
  const takeInOrder = async (list: readonly { readonly update_id: number }[]) => {
    for (const update of list) {
      try {
        await take(update);
      } catch (error) {
        log.warn(
          { err: error, update: update.update_id },
          'an update could not be committed; it will be fetched again',
        );
        failed.push(update.update_id);
        return; // what this person did later must not overtake it
      }
    }
  };
  const persons = Map.groupBy(updates, personOf);
  await Promise.all([...persons.values()].map(takeInOrder));
  return failed.length > 0 ? Math.min(...failed) : nextAfter(updates);
}

function nextAfter(updates: readonly { readonly update_id: number }[]): number {
  return (updates.at(-1)?.update_id ?? -1) + 1;
}

/** Only for the order; whether the update is sound is decided later. */
function personOf(update: object): unknown {
  const [, body] = Object.entries(update).find(([name]) => name !== 'update_id') ?? [];
  return (body as { from?: { id?: unknown } } | undefined)?.from?.id;
}
