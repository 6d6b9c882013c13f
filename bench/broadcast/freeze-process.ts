import { freezeAudience } from '../../src/broadcasts/audience.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { connect } from '../../src/store/connect.ts';
import { openStore } from '../../src/store/store.ts';
import { nowMs } from '../clock.ts';
import { openMeter } from '../meter.ts';
import type { Surroundings } from '../subject.ts';
import { chatsOf } from './chats.ts';
import { takeOrder } from './take-order.ts';
import { weigh } from './weigh.ts';

export type Order = { readonly around: Surroundings; readonly recipients: number };
/** One freezing: how long, how much this process grew meanwhile at most, what lies in Redis then. */
export type Frozen = { readonly seconds: number; readonly grownBytes: number; readonly redisBytes: number };

const PACE = { perSecond: 25, burst: 2, bulkPerSecond: 25, chatPerSecond: 1, chatBurst: 4 };
const SAMPLE_MS = 2;

takeOrder<Order, Frozen>(async ({ around, recipients }) => {
  const meter = openMeter(around.redisUrl);
  const store = await openStore(connect(around.redisUrl), 'bench', PACE, Date.now());
  const urns = chatsOf(recipients).map((chat): Urn => `telegram:${chat}`);
  const before = await weigh(meter.redis);
  globalThis.gc?.();
  const atFirst = process.memoryUsage.rss();
  let most = atFirst;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const began = nowMs();
  await freezeAudience(store, 'broadcast_bench000.1', urns);
  const seconds = (nowMs() - began) / 1000;
  clearInterval(timer);
  return { seconds, grownBytes: most - atFirst, redisBytes: (await weigh(meter.redis)) - before };
});
