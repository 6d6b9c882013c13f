import type { SendOutcome, Urn } from '../../channels/channel.ts';
import { schemeOf } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import { heldCalls } from '../../store/batch-calls.ts';
import { sendingKeys } from '../../store/scripts/script-inputs.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { OutcomeLetter } from './ledger.ts';

/** One recipient's outcome to be recorded; see RECORD_OUTCOMES in store/broadcast-scripts.ts. */
export type OutcomeRecord = {
  readonly place: number;
  readonly outcome: OutcomeLetter | 'later' | 'x';
  readonly detail?: string;
  readonly ms?: number;
  /** The channel that delivered. */
  readonly way?: string;
  readonly more?: MoreOfOutcome;
};

/** What a person with several addresses, or a refused one, adds to an outcome. */
export type MoreOfOutcome = {
  /** Letter and channel of each address that counts. */
  readonly ways: readonly (readonly ['d' | 'w' | 'g', string])[];
  /** Addresses that the channel reports as unreachable. */
  readonly gone: readonly { readonly urn: Urn; readonly reason: string }[];
  /** See `writeCopies`; left out if nothing was added. */
  readonly copies?: string;
  /** A message that waits at these addresses, as `sealMessage` writes it. */
  readonly held?: { readonly body: string; readonly at: readonly Urn[] };
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
      return { place, outcome: 'g', detail: outcome.reason };
    case 'moved':
      return { place, outcome: 'g', detail: `moved to ${outcome.to}` };
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

/** An outcome is written this long after it is known at the latest, ms: it is part of the bound on unknown outcomes. */
const HOLD_MS = 5;

/** Opens the outcome writer of a run. It holds records for a moment or until `flush`; each resolves once it is durable. */
export function outcomeWriter({ store, id, log, stopping, fenced }: WriterSettings): {
  add(outcome: OutcomeRecord): Promise<unknown>;
  flush(): void;
} {
  const { redis, keys } = store;
  const write = async (batch: readonly OutcomeRecord[]): Promise<readonly string[]> => {
    const delivered = batch.filter(isPlain).sort((a, b) => a.place - b.place);
    const others = batch.filter((one) => !isPlain(one));
    const all = [
      ...sendingKeys(keys, id),
      keys.broadcastOutcomes(id),
      keys.broadcastMessages(id),
      keys.broadcastCopies(id),
      ...others.flatMap(({ more }) => [
        ...(more?.gone ?? []).map(({ urn }) => keys.person(urn)),
        ...(more?.held?.at ?? []).flatMap((urn) => [keys.held(urn), keys.person(urn)]),
      ]),
    ];
    const args = [
      delivered.map(({ place, detail, way = '' }) => `${place} ${Number(detail) || 0} ${way}`).join(),
      ...others.flatMap(({ place, outcome, detail = '', ms = 0, more }) => [place, outcome, detail, ms, encode(more)]),
    ];
    const state = await orStoreAway(redis.anlinRecordOutcomes(all.length, ...all, store.process, id, ...args));
    if (state === 'fenced') {
      log.warn({ broadcast: id }, 'outcomes were dropped: another process holds the lease');
      fenced();
    }
    return batch.map(() => state);
  };
  return heldCalls(write, { log, failure: 'outcomes of a run could not be recorded yet', stopping }, HOLD_MS);
}

function isPlain({ outcome, more }: OutcomeRecord): boolean {
  return outcome === 'd' && more === undefined;
}

/** Encodes the rest of an outcome for the script, whose keys name the addresses; '' without any. */
function encode(more: MoreOfOutcome | undefined): string {
  if (!more) return '';
  const { ways, gone, copies, held } = more;
  return JSON.stringify({
    ways,
    gone: gone.map(({ reason }) => reason),
    ...(copies === undefined ? {} : { copies }),
    ...(held ? { held: held.body, holds: held.at.length } : {}),
  });
}
