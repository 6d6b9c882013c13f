import { OUTBOX_MAX } from './scripts/outbox-lua.ts';
import type { Store } from './store.ts';

/**
 * State of the store for a process that wants to write. `other`: it holds other data than at the start; `older`: those of a
 * backup. `full`: no memory or no room in the outbox. `unwritable`: a replica, a full disk, or too few replicas.
 */
export type StoreState = 'up' | 'away' | 'other' | 'older' | 'full' | 'unwritable';

/** What is wrong with data that this process did not leave, and the cure. */
export const DATA_FINDINGS = {
  other: {
    what: 'The store holds other data than at the start.',
    cure: 'Put the right data back, or point REDIS_URL at them and restart the bot. Until then it takes nothing.',
  },
  older: {
    what: 'Older data were restored under the running bot.',
    cure: 'Put the newer data back; or run npm run anlin -- safe-mode, and the bot goes on with the older ones and sends nothing unasked. Until then it takes nothing.',
  },
} as const;

/** A health check is worth no longer wait, ms. */
const PROBE_MS = 2000;

/** Calls within this time share one probe, ms: anybody may ask for the health, and each probe costs an fsync. */
const SHARED_MS = 500;
const shared = new WeakMap<Store, { readonly at: number; readonly state: Promise<StoreState> }>();

/** Writes to the store as a commit would, and reports what a commit would meet. Never throws. */
export function probeStore(store: Store): Promise<StoreState> {
  const last = shared.get(store);
  const at = performance.now();
  if (last && at - last.at < SHARED_MS) return last.state;
  const state = probe(store);
  shared.set(store, { at, state });
  return state;
}

async function probe({ redis, keys, known, replicated }: Store): Promise<StoreState> {
  if (redis.status !== 'ready') return 'away';
  const late = new Promise<'late'>((done) => setTimeout(done, PROBE_MS, 'late').unref());
  try {
    const [answer, waiting] = await Promise.race([
      Promise.all([redis.anlinProbe(1, keys.meta, known.text(), Date.now()), redis.hlen(keys.outbox)]),
      late.then(() => ['late', 0] as const),
    ]);
    if (answer === 'late') return 'away';
    if (answer !== 'same') return answer;
    await replicated();
    return waiting >= OUTBOX_MAX ? 'full' : 'up';
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    if (/^OOM/.test(why)) return 'full';
    return /^(READONLY|MISCONF|NOREPLICAS)|replicas have/.test(why) ? 'unwritable' : 'away';
  }
}
