import { setTimeout as sleep } from 'node:timers/promises';
import { runIdOf } from '../../src/broadcasts/broadcast.ts';
import { keepBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import { fireDue, startFired } from '../../src/broadcasts/schedule-job.ts';
import { openDelivery } from '../../src/broadcasts/sending/deliver.ts';
import { loadProgress } from '../../src/broadcasts/sending/ledger.ts';
import { demoRegions } from '../../src/demo/city.ts';
import { openLog } from '../../src/log.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { connect } from '../../src/store/connect.ts';
import { openStore } from '../../src/store/store.ts';
import { nowMs } from '../clock.ts';
import { CITY, OUTER_KEY } from '../open-city.ts';
import type { Arrived } from '../phones.ts';
import { openPhones } from '../phones.ts';
import type { Environment } from '../subject.ts';
import { ANNOUNCEMENT, openRenderer } from './announcement.ts';
import { openChannel } from './open-channel.ts';
import { takeOrder } from './take-order.ts';

/** The parent's order; see whole-city.ts. */
export type Order = { readonly environment: Environment; readonly contacts: number };
/**
 * Time from the slot until the audience was laid down and until the first message arrived; the growth of this process at its peak
 * until each, and what of it is in use once garbage is collected.
 */
export type Begun = {
  readonly frozenMs: number;
  readonly firstMs: number;
  readonly firstGrownBytes: number;
  readonly grownBytes: number;
  readonly usedBytes: number;
};

const PACE = { perSecond: 25, burst: 2, bulkPerSecond: 25, chatPerSecond: 1, chatBurst: 4 };
const SAMPLE_MS = 2;
const POLL_MS = 20;

takeOrder<Order, Begun>(async ({ environment, contacts }) => {
  const store = await openStore(connect(environment.redisUrl), CITY, PACE, Date.now(), { outerKey: OUTER_KEY });
  const channel = await openChannel(environment);
  const phones = openPhones(environment.apiRoot);
  const regions = regionTree(demoRegions());
  const log = openLog('error');
  const render = openRenderer();
  const slot = Date.now();
  const due = keepBroadcast(store, { ...ANNOUNCEMENT, state: 'approved', next: slot });
  await commitAsSystem(store, { op: 'bench', what: 'broadcast_approved', ...due }, slot);
  await phones.look();
  globalThis.gc?.();
  const usedBefore = process.memoryUsage().heapUsed;
  const rssBefore = process.memoryUsage.rss();
  const samples: { readonly at: number; readonly rss: number }[] = [];
  const timer = setInterval(() => samples.push({ at: nowMs(), rss: process.memoryUsage.rss() }), SAMPLE_MS);
  const began = nowMs();
  let frozen = 0;
  await fireDue(store, slot, log);
  const prepare = async () => {
    await startFired(store, regions, Date.now());
    frozen ||= nowMs();
  };
  const delivery = await openDelivery({ store, channels: [channel], log, open: async () => render, prepare });
  let first: Arrived | undefined;
  while (!first) {
    await sleep(POLL_MS);
    first = (await phones.look()).find(({ method }) => method === 'sendMessage');
  }
  // Closing waits until the whole audience is laid down.
  await delivery.close();
  clearInterval(timer);
  globalThis.gc?.();
  const usedBytes = process.memoryUsage().heapUsed - usedBefore;
  const total = (await loadProgress(store, runIdOf(ANNOUNCEMENT.id, slot)))?.total;
  if (total !== contacts) throw new Error(`The audience holds ${total} of ${contacts} contacts.`);
  const grownUntil = (end: number) =>
    samples.reduce((most, { at, rss }) => (at <= end ? Math.max(most, rss - rssBefore) : most), 0);
  return {
    frozenMs: frozen - began,
    firstMs: first.at - began,
    firstGrownBytes: grownUntil(first.at),
    grownBytes: grownUntil(Number.POSITIVE_INFINITY),
    usedBytes,
  };
});
