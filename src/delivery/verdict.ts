import type { SendOutcome } from '../channels/channel.ts';
import type { Claimed } from '../store/commit.ts';
import type { Verdict } from '../store/outbox.ts';
import { TIMINGS } from '../timings.ts';

/** A reply of unknown outcome is given up after this many tries, about a day in production. */
const UNKNOWN_TRIES_MAX = 1440;

/** Derives the verdict from the outcome of a send. */
export function verdictOf(
  outcome: SendOutcome,
  { lane, tries, isNews = false }: Pick<Claimed, 'lane' | 'tries'> & { readonly isNews?: boolean | undefined },
  unknownPausesMs = TIMINGS.relay.unknownPausesMs,
): Verdict {
  switch (outcome.type) {
    case 'sent':
      return { type: 'sent', detail: outcome.ref ?? '' };
    case 'later':
      return { type: 'later', ms: outcome.afterMs, pausesAccount: outcome.scope === 'account', detail: outcome.reason };
    case 'moved':
      return { type: 'moved', detail: outcome.to };
    case 'gone':
      return { type: 'gone', detail: outcome.reason };
    case 'closed':
      // An answer is worth nothing later; news is.
      return { type: isNews ? 'held' : 'dead', detail: `closed: ${outcome.why}` };
    case 'rejected':
      return { type: 'dead', detail: outcome.reason };
    case 'unknown': {
      // Bulk that may have arrived is not sent again (P4). For a reply a repeat is better than a loss (P3).
      const pause = unknownPausesMs[Math.min(tries, unknownPausesMs.length - 1)] ?? 0;
      if (lane === 'bulk' || tries >= UNKNOWN_TRIES_MAX) return { type: 'dead', detail: `unknown: ${outcome.reason}` };
      return { type: 'later', ms: pause, countsAsTry: true, detail: outcome.reason };
    }
  }
}
