import { crashPoint } from '../crash-point.ts';
import type { Log } from '../log.ts';
import { batchCalls } from '../store/batch-calls.ts';
import type { Settled } from '../store/commands.ts';
import type { Claimed } from '../store/commit.ts';
import { outboxKeys } from '../store/script-inputs.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Verdict } from './verdict.ts';

type Settling = { readonly claimed: Claimed; readonly verdict: Verdict };

/**
 * Settles sent messages in batches. A failed batch is repeated, because an unsettled message would be sent again.
 * The answer is undefined only if the store stays away during a shutdown.
 */
export function batchSettle(
  store: Store,
  log: Log,
  stopping: () => boolean,
): (one: Settling) => Promise<Settled | undefined> {
  const settleAll = async (all: readonly Settling[]): Promise<readonly Settled[]> => {
    const persons = all.map(({ claimed }) => store.keys.person(claimed.to));
    const keys = [...outboxKeys(store.keys), store.keys.outboxDead, ...persons];
    const args = all.flatMap(({ claimed: { to, number }, verdict }) => {
      const { type, detail = '', ms = 0, pausesAccount = false, countsAsTry = false } = verdict;
      return [to, number, type, detail, ms, pausesAccount ? 1 : 0, countsAsTry ? 1 : 0];
    });
    const call = store.redis.anlinSettle(keys.length, ...keys, store.process, store.pace, ...args);
    crashPoint('ack_on_wire');
    return orStoreAway(call);
  };
  return batchCalls(settleAll, { log, failure: 'sent messages could not be settled yet', stopping });
}
