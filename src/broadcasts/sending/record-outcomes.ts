import type { SendOutcome, Urn } from '../../channels/channel.ts';
import { schemeOf } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import { batchCalls } from '../../store/batch-calls.ts';
import { sendingKeys } from '../../store/script-inputs.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { OutcomeLetter } from './ledger.ts';

/** One recipient's outcome to be recorded; see RECORD_OUTCOMES in store/broadcast-scripts.ts. */
export type OutcomeRecord = {
  readonly place: number;
  readonly outcome: OutcomeLetter | 'later' | 'x';
  readonly detail?: string;
  readonly ms?: number;
  /** The recipient, if the channel reports them as unreachable. */
  readonly gone?: Urn;
};

/** Delay before an urgent message of unknown outcome is repeated, ms. */
const AGAIN_MS = 2000;

/** Translates a channel's answer into an outcome. A content or token error (`x`) stops the whole run. */
export function outcomeRecord(place: number, to: Urn, outcome: SendOutcome): OutcomeRecord {
  switch (outcome.type) {
    case 'sent':
      return { place, outcome: 'd', detail: outcome.ref ?? '' };
    case 'later': {
      const ms = outcome.afterMs;
      if (outcome.why === 'credentials') return { place, outcome: 'x', detail: 'token', ms };
      return { place, outcome: 'later', detail: outcome.scope === 'account' ? schemeOf(to) : '', ms };
    }
    case 'gone':
      return { place, outcome: 'g', detail: outcome.reason, gone: to };
    case 'moved':
      return { place, outcome: 'g', detail: `moved to ${outcome.to}`, gone: to };
    // Only this person's window is closed; the run goes on.
    case 'closed':
      return { place, outcome: 'w', detail: outcome.why };
    case 'rejected':
      return { place, outcome: 'x', detail: outcome.reason };
    case 'unknown':
      return { place, outcome: 'u', detail: outcome.reason, ms: AGAIN_MS };
  }
}

type WriterSettings = {
  readonly store: Store;
  readonly id: string;
  readonly log: Log;
  readonly stopping: () => boolean;
  /** Called when outcomes were dropped: the run must be taken over again, which settles their recipients. */
  readonly fenced: () => void;
};

/** Opens the outcome writer of a run. It batches records of one moment; each resolves once it is durable. */
export function outcomeWriter({
  store,
  id,
  log,
  stopping,
  fenced,
}: WriterSettings): (outcome: OutcomeRecord) => Promise<unknown> {
  const { redis, keys } = store;
  const write = async (batch: readonly OutcomeRecord[]): Promise<readonly string[]> => {
    const persons = batch.flatMap(({ gone }) => (gone ? [keys.person(gone)] : []));
    const all = [...sendingKeys(keys, id), keys.broadcastOutcomes(id), keys.broadcastMessages(id), ...persons];
    const delivered = batch.filter(({ outcome }) => outcome === 'd').sort((a, b) => a.place - b.place);
    const others = batch.filter(({ outcome }) => outcome !== 'd');
    const args = [
      delivered.map(({ place, detail }) => `${place} ${Number(detail) || 0}`).join(),
      ...others.flatMap(({ place, outcome, detail = '', ms = 0 }) => [place, outcome, detail, ms]),
    ];
    const state = await orStoreAway(redis.anlinRecordOutcomes(all.length, ...all, store.process, id, ...args));
    if (state === 'fenced') {
      log.warn({ broadcast: id }, 'outcomes were dropped: another process holds the lease');
      fenced();
    }
    return batch.map(() => state);
  };
  return batchCalls(write, { log, failure: 'outcomes of a run could not be recorded yet', stopping });
}
