import { setTimeout as sleep } from 'node:timers/promises';
import { freezeAudience, startRun } from '../../src/broadcasts/sending/audience.ts';
import { openDelivery } from '../../src/broadcasts/sending/deliver.ts';
import { loadProgress, loadRecipientsByOutcome } from '../../src/broadcasts/sending/ledger.ts';
import type { Urn } from '../../src/channels/channel.ts';
import type { Pace } from '../../src/config.ts';
import { readConfig } from '../../src/config.ts';
import { openLog } from '../../src/log.ts';
import { connect } from '../../src/store/connect.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { openLetter, RECIPIENT } from './announcement.ts';
import { openChannel } from './open-channel.ts';
import type { Sender, SenderAround } from './sender.ts';

const LASTS_MS = 3600_000;
const BATCH = 2000;
/** How often it is looked whether a sending has ended. */
const LOOK_MS = 20;

/** The product: a frozen audience, a mark before each call, an outcome after it. */
export async function open(around: SenderAround): Promise<Sender> {
  const store = await openStore(connect(around.redisUrl), 'bench', paceOf(around), Date.now());
  const channel = await openChannel(around);
  const letter = openLetter();
  const { redis, keys } = store;
  let laid = 0;
  return {
    async prepare(chats) {
      const contact = JSON.stringify(RECIPIENT);
      for (let from = 0; from < chats.length; from += BATCH) {
        const batch = redis.pipeline();
        for (const urn of urnsOf(chats.slice(from, from + BATCH)))
          batch.hset(keys.person(urn), { version: 1, contact });
        await batch.exec();
      }
    },
    async lay(chats) {
      laid += 1;
      const id = `broadcast_bench000.${laid}` as const;
      const total = (await freezeAudience(store, id, urnsOf(chats))) ?? 0;
      await startRun(store, id, { total, kind: 'announcement', lastsMs: LASTS_MS });
    },
    async send() {
      const [id] = await redis.zrange(keys.broadcastsSending, '0', '0');
      if (id === undefined) return [];
      const log = openLog('error');
      const delivery = await openDelivery({ store, channels: [channel], log, open: async () => letter });
      while ((await redis.hget(keys.broadcastRun(id), 'state')) === 'sending') await sleep(LOOK_MS);
      await delivery.close();
      return unknownIn(store, id as `broadcast_${string}.${number}`); // as lay names it
    },
    async close() {
      await channel.close();
      redis.disconnect();
    },
  };
}

/** As in production with this rate set for everything; or one that never waits. */
function paceOf({ perSecond, token }: SenderAround): Pace {
  if (perSecond === undefined) {
    return { perSecond: 1e6, burst: 1000, bulkPerSecond: 1e6, chatPerSecond: 1e6, chatBurst: 1000 };
  }
  const rate = String(perSecond);
  return readConfig({ TELEGRAM_TOKEN: token, SEND_RATE: rate, SEND_RATE_BULK: rate }).pace;
}

/** Those counted as unknown; throws unless the whole audience is accounted for. */
async function unknownIn(store: Store, id: `broadcast_${string}.${number}`): Promise<readonly number[]> {
  const progress = await loadProgress(store, id);
  if (progress?.why !== 'done' || progress.left !== 0) throw new Error(`It ended so: ${JSON.stringify(progress)}`);
  const unknown = await loadRecipientsByOutcome(store, id, ['u']);
  return unknown.map(({ urn }) => Number(urn.slice('telegram:'.length)));
}

function urnsOf(chats: readonly number[]): readonly Urn[] {
  return chats.map((chat): Urn => `telegram:${chat}`);
}
