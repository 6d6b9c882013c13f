import { Redis } from 'ioredis';
import { openMessage } from '../broadcast/announcement.ts';
import { inFlight } from '../broadcast/chats.ts';
import { openChannel, sendBy } from '../broadcast/open-channel.ts';
import type { Sender, SenderAround } from '../broadcast/sender.ts';

const CHUNK = 1000;
const AUDIENCE = 'audience';

/**
 * What most who send in bulk do: recipients packed in chunks, a chunk taken off the list once all of it was sent by the
 * product's channel, 100 in flight. Nothing is written down of one recipient.
 */
export async function open(around: SenderAround): Promise<Sender> {
  const channel = await openChannel(around);
  const message = openMessage();
  const redis = new Redis(around.redisUrl);
  return {
    prepare: async () => {},
    async lay(chats) {
      const batch = redis.pipeline();
      for (let from = 0; from < chats.length; from += CHUNK)
        batch.rpush(AUDIENCE, pack(chats.slice(from, from + CHUNK)));
      await batch.exec();
    },
    async send() {
      for (let chunk = await redis.lindexBuffer(AUDIENCE, 0); chunk; chunk = await redis.lindexBuffer(AUDIENCE, 0)) {
        await inFlight(100, unpack(chunk), (chat) => sendBy(channel, chat, message));
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

/** A chat's number fits into a double, eight bytes. */
function pack(chats: readonly number[]): Buffer {
  return Buffer.from(Float64Array.from(chats).buffer);
}

function unpack(chunk: Buffer): readonly number[] {
  return [...new Float64Array(new Uint8Array(chunk).buffer)];
}
