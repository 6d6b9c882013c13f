import { setTimeout as sleep } from 'node:timers/promises';
import { freezeAudience, startRun } from '../../src/broadcasts/sending/audience.ts';
import { openDelivery } from '../../src/broadcasts/sending/deliver.ts';
import { loadProgress, loadRecipientsByOutcome } from '../../src/broadcasts/sending/ledger.ts';
import { HOUR_MS } from '../../src/calendar.ts';
import type { Urn } from '../../src/channels/channel.ts';
import type { Pace } from '../../src/config.ts';
import { readConfig } from '../../src/config.ts';
import { openLog } from '../../src/log.ts';
import { contactFields } from '../../src/people/person-store.ts';
import { connect } from '../../src/store/connect.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { OUTER_KEY } from '../open-city.ts';
import { openRenderer, RECIPIENT } from './announcement.ts';
import { openChannel } from './open-channel.ts';
import type { Sender, SenderEnvironment } from './sender.ts';

const LASTS_MS = HOUR_MS;
const BATCH = 2000;
/** Interval between two checks whether the run has ended. */
const POLL_MS = 20;

/** The product: a frozen audience, a mark before each call, and an outcome after it. */
export async function open(environment: SenderEnvironment): Promise<Sender> {
  const store = await openStore(connect(environment.redisUrl), 'bench', paceOf(environment), Date.now(), {
    outerKey: OUTER_KEY,
  });
  const channel = await openChannel(environment);
  const render = openRenderer();
  const { redis, keys } = store;
  let runs = 0;
  return {
    async prepare(chats) {
      const contact = contactFields(RECIPIENT);
      for (let from = 0; from < chats.length; from += BATCH) {
        const batch = redis.pipeline();
        for (const urn of urnsOf(chats.slice(from, from + BATCH)))
          batch.hset(keys.person(urn), { version: 1, ...contact });
        await batch.exec();
      }
    },
    async enqueue(chats) {
      runs += 1;
      const id = `broadcast_bench000.${runs}` as const;
      const total = (await freezeAudience(store, id, urnsOf(chats))) ?? 0;
      await startRun(store, id, { total, kind: 'announcement', lastsMs: LASTS_MS });
    },
    async send() {
      const [id] = await redis.zrange(keys.broadcastsSending, '0', '0');
      if (id === undefined) return [];
      const log = openLog('error');
      const delivery = await openDelivery({ store, channels: [channel], log, open: async () => render });
      while ((await redis.hget(keys.broadcastRun(id), 'state')) === 'sending') await sleep(POLL_MS);
      await delivery.close();
      return unknownIn(store, id as `broadcast_${string}.${number}`); // the id that enqueue makes
    },
    async close() {
      await channel.close();
      redis.disconnect();
    },
  };
}

/** Returns the production pace at this rate; without a rate, a pace that never waits. */
function paceOf({ perSecond, token }: SenderEnvironment): Pace {
  if (perSecond === undefined) {
    return { perSecond: 1e6, burst: 1000, bulkPerSecond: 1e6, chatPerSecond: 1e6, chatBurst: 1000 };
  }
  const rate = String(perSecond);
  return readConfig({ TELEGRAM_TOKEN: token, SEND_RATE: rate, SEND_RATE_BULK: rate }).pace;
}

/** Returns the chats with an unknown outcome. Throws if a recipient has no outcome. */
async function unknownIn(store: Store, id: `broadcast_${string}.${number}`): Promise<readonly number[]> {
  const progress = await loadProgress(store, id);
  if (progress?.why !== 'done' || progress.left !== 0)
    throw new Error(`The run did not settle every recipient: ${JSON.stringify(progress)}`);
  const unknown = await loadRecipientsByOutcome(store, id, ['u']);
  return unknown.map(({ urn }) => Number(urn.slice('telegram:'.length)));
}

function urnsOf(chats: readonly number[]): readonly Urn[] {
  return chats.map((chat): Urn => `telegram:${chat}`);
}
