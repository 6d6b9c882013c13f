import type { Log } from '../log.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** A lease that at most one process holds. It expires soon after its holder dies. */
export type Lease = { held(): boolean; close(): Promise<void> };

const LEASE_MS = 3000;
/** Renewals within one lifetime of the lease. */
const RENEWALS = 4;

type LeaseSettings = {
  readonly leaseMs?: number;
  /** Held in safe mode too: the work behind it sends nothing unasked. */
  readonly inSafeMode?: true;
};

/** Tries for a lease at intervals and renews it once held. In safe mode no process gets one, except with `inSafeMode`. */
export async function openLease(
  store: Store,
  name: string,
  log: Log,
  { leaseMs = LEASE_MS, inSafeMode }: LeaseSettings = {},
): Promise<Lease> {
  const key = store.keys.lease(name);
  let heldUntil = 0;
  const renew = async () => {
    // Commands queue up while the connection is down.
    if (store.redis.status !== 'ready') return;
    // Counted from before the call: this process must not believe in the lease longer than Redis does.
    const sentAt = performance.now();
    const { keys, process, known } = store;
    const call = store.redis.anlinAcquireLease(2, key, keys.meta, process, leaseMs, inSafeMode ? 1 : 0, known.text());
    heldUntil = (await orStoreAway(call)) === 1 ? sentAt + leaseMs : 0;
  };
  await renew();
  const timer = setInterval(() => {
    renew().catch((error) => log.warn({ err: error }, 'a lease could not be renewed'));
  }, leaseMs / RENEWALS);
  return {
    held: () => performance.now() < heldUntil,
    async close() {
      clearInterval(timer);
      heldUntil = 0;
      // If this call fails, the lease expires by itself.
      await orStoreAway(store.redis.anlinReleaseLease(1, key, store.process)).catch(() => {});
    },
  };
}
