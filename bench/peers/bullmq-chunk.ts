import { openMessage } from '../broadcast/announcement.ts';
import { inFlight } from '../broadcast/chats.ts';
import { openChannel, sendBy } from '../broadcast/open-channel.ts';
import type { Sender, SenderAround } from '../broadcast/sender.ts';
import { openQueue } from './bullmq-queue.ts';

const CHUNK = 100;
/** Four jobs of 25 in flight each are as many as the others have. */
const JOBS = 4;
const IN_FLIGHT = 25;

/** BullMQ with a job per 100 recipients, sent by the product's channel. */
export async function open(around: SenderAround): Promise<Sender> {
  const channel = await openChannel(around);
  const message = openMessage();
  const sendChunk = (chats: readonly number[]) => inFlight(IN_FLIGHT, chats, (chat) => sendBy(channel, chat, message));
  const queue = openQueue<readonly number[]>(around, JOBS, sendChunk);
  return {
    prepare: async () => {},
    lay: (chats) => {
      const chunks = Array.from({ length: Math.ceil(chats.length / CHUNK) }, (_, i) =>
        chats.slice(i * CHUNK, (i + 1) * CHUNK),
      );
      return queue.add(chunks);
    },
    send: () => queue.work(),
    async close() {
      await queue.close();
      await channel.close();
    },
  };
}
