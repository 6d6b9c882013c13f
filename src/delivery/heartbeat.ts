import type { Urn } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import type { Log } from '../log.ts';
import { recoverClaims, removeHeartbeat } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Timings } from '../timings.ts';

/** Shows other processes that this one lives, and recovers the claims of dead ones. */
export type Heartbeat = {
  /** True if no other process works on this city; false while that is uncertain. */
  alone(): boolean;
  /** Ends the heartbeat. The other processes then take over at once, without the wait for silence. */
  close(): Promise<void>;
};

type HeartbeatSettings = {
  readonly store: Store;
  readonly log: Log;
  readonly timings: Pick<Timings['relay'], 'silenceMs' | 'recoverEveryMs'>;
  /** Recipients of the sends in flight: their claims are not recovered. */
  readonly inFlight: () => readonly Urn[];
  /** Called after each recovery: a recovered message is due. */
  readonly recovered: () => void;
};

/** Starts the heartbeat; the first one follows after `recoverEveryMs`. */
export function openHeartbeat({ store, log, timings, inFlight, recovered }: HeartbeatSettings): Heartbeat {
  const { silenceMs, recoverEveryMs } = timings;
  let recovering = false;
  let lastBeat = performance.now();
  let judgesFrom = 0;
  let processes = 0;

  const recover = async (): Promise<void> => {
    if (recovering || store.redis.status !== 'ready') return;
    recovering = true;
    try {
      crashPoint('while_recovering');
      // While the store was away, no process could record a heartbeat. So no process counts as dead for `silenceMs`.
      const now = performance.now();
      if (now - lastBeat > silenceMs / 2) judgesFrom = now + silenceMs;
      const silence = now < judgesFrom ? Number.MAX_SAFE_INTEGER : silenceMs;
      processes = await recoverClaims(store, silence, inFlight());
      lastBeat = performance.now();
    } finally {
      recovering = false;
    }
    recovered();
  };
  const timer = setInterval(() => {
    recover().catch((error) => log.warn({ err: error }, 'claims could not be recovered'));
  }, recoverEveryMs);

  return {
    alone: () => processes === 1 && performance.now() - lastBeat < silenceMs,
    async close() {
      clearInterval(timer);
      await removeHeartbeat(store).catch(() => {});
    },
  };
}
