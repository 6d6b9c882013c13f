import { Redis } from 'ioredis';
import { openMessage } from '../broadcast/announcement.ts';
import { sendInFlight } from '../broadcast/chats.ts';
import { openChannel, sendBy } from '../broadcast/open-channel.ts';
import type { Sender, SenderEnvironment } from '../broadcast/sender.ts';

const CHUNK = 1000;
const AUDIENCE = 'audience';

/**
 * The common approach of bulk senders: recipients in packed chunks, 100 sends in flight by the product's channel. A
 * chunk leaves the list once all of it is sent. No outcome is stored for a single recipient.
 */
export async function open(environment: SenderEnvironment): Promise<Sender> {
  const channel = await openChannel(environment);
  const message = openMessage();
  const redis = new Redis(environment.redisUrl);
  return {
    prepare: async () => {},
    async enqueue(chats) {
      const batch = redis.pipeline();
      for (let from = 0; from < chats.length; from += CHUNK)
        batch.rpush(AUDIENCE, pack(chats.slice(from, from + CHUNK)));
      await batch.exec();
    },
    async send() {
      for (let chunk = await redis.lindexBuffer(AUDIENCE, 0); chunk; chunk = await redis.lindexBuffer(AUDIENCE, 0)) {
        await sendInFlight(100, unpack(chunk), (chat) => sendBy(channel, chat, message));
        await redis.lpop(AUDIENCE);
      }
      return [];
    },
    async close() {
      await channel.close();
      redis.disconnect();
    },
  };
}

/** A chat id fits into a double of eight bytes. */
function pack(chats: readonly number[]): Buffer {
  return Buffer.from(Float64Array.from(chats).buffer);
}

function unpack(chunk: Buffer): readonly number[] {
  return [...new Float64Array(new Uint8Array(chunk).buffer)];
}
