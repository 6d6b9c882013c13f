import type { SendOutcome, Urn } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import { batchCalls } from '../../store/batch-calls.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway, sendingKeys } from '../../store/store.ts';
import type { OutcomeLetter } from './ledger.ts';

/** What is to be written down of one recipient; see OUTCOMES in store/broadcast-scripts.ts. */
export type OutcomeRecord = {
  readonly place: number;
  readonly outcome: OutcomeLetter | 'later' | 'x';
  readonly detail?: string;
  readonly ms?: number;
  /** Who is out of reach. */
  readonly gone?: Urn;
};

/** Before what is urgent and may not have arrived goes out once more. */
const AGAIN_MS = 2000;

/** Bad words are bad for everybody, and a token that is refused is refused for all: the whole stops at the first. */
export function recordOf(place: number, to: Urn, outcome: SendOutcome): OutcomeRecord {
  switch (outcome.type) {
    case 'sent':
      return { place, outcome: 'd', detail: outcome.ref ?? '' };
    case 'later': {
      const ms = outcome.afterMs;
      if (/^40[14]/.test(outcome.reason)) return { place, outcome: 'x', detail: 'token', ms };
      return { place, outcome: 'later', detail: outcome.scope === 'account' ? 'all' : '', ms };
    }
    case 'gone':
      return { place, outcome: 'g', detail: outcome.reason, gone: to };
    case 'moved':
      return { place, outcome: 'g', detail: `moved to ${outcome.to}`, gone: to };
    case 'closed':
      return { place, outcome: 'x', detail: outcome.need };
    case 'rejected':
      return { place, outcome: 'x', detail: outcome.reason };
    case 'unknown':
      return { place, outcome: 'u', detail: outcome.reason, ms: AGAIN_MS };
  }
}

/** Writes outcomes down, those of one moment together; resolves when they are durable. */
export function outcomesOf(
  store: Store,
  id: string,
  log: Log,
  stopping: () => boolean,
): (recorded: OutcomeRecord) => Promise<unknown> {
  const { redis, keys } = store;
  const write = async (some: readonly OutcomeRecord[]): Promise<readonly string[]> => {
    const persons = some.flatMap(({ gone }) => (gone ? [keys.person(gone)] : []));
    const all = [...sendingKeys(keys, id), keys.broadcastOutcomes(id), keys.broadcastMessages(id), ...persons];
    const args = some.flatMap(({ place, outcome, detail = '', ms = 0 }) => [place, outcome, detail, ms]);
    const state = await orStoreAway(redis.anlinOutcomes(all.length, ...all, store.process, id, ...args));
    if (state === 'fenced') log.warn({ broadcast: id }, 'outcomes came after another process had taken over');
    return some.map(() => state);
  };
  return batchCalls(write, { log, trouble: 'outcomes of a broadcast could not be written down yet', stopping });
}
