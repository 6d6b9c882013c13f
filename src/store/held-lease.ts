import type { Log } from '../log.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** A job that one process does at a time: held while it lives, free soon after it dies. */
export type HeldLease = { held(): boolean; close(): Promise<void> };

const LEASE_MS = 3000;
/** So often a holder tells that it lives, within the time of its lease. */
const RENEWALS = 4;

type LeaseSettings = {
  readonly leaseMs?: number;
  /** Listens only, and says nothing by itself: goes on in safe mode too. */
  readonly listens?: true;
};

/** Tries for the lease now and again, and keeps it once it is held; in safe mode nobody holds one. */
export async function watchLease(
  store: Store,
  name: string,
  log: Log,
  { leaseMs = LEASE_MS, listens }: LeaseSettings = {},
): Promise<HeldLease> {
  const key = store.keys.lease(name);
  let heldUntil = 0;
  const renew = async () => {
    // While the store is away, renewals would only pile up.
    if (store.redis.status !== 'ready') return;
    const asked = performance.now();
    const got =
      (await orStoreAway(store.redis.anlinLease(2, key, store.keys.meta, store.process, leaseMs, listens ? 1 : 0))) ===
      1;
    heldUntil = got ? asked + leaseMs : 0;
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
      // If this is lost, the lease lapses by itself.
      await orStoreAway(store.redis.anlinRelease(1, key, store.process)).catch(() => {});
    },
  };
}
