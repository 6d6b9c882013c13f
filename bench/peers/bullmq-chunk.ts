import { openMessage } from '../broadcast/announcement.ts';
import { sendInFlight } from '../broadcast/chats.ts';
import { openChannel, sendBy } from '../broadcast/open-channel.ts';
import type { Sender, SenderEnvironment } from '../broadcast/sender.ts';
import { openQueue } from './bullmq-queue.ts';

const CHUNK = 100;
/** Four jobs with 25 sends each keep 100 sends in flight, as the other senders do. */
const JOBS = 4;
const IN_FLIGHT = 25;

/** BullMQ with one job per 100 recipients, sent by the product's channel. */
export async function open(environment: SenderEnvironment): Promise<Sender> {
  const channel = await openChannel(environment);
  const message = openMessage();
  const sendChunk = (chats: readonly number[]) =>
    sendInFlight(IN_FLIGHT, chats, (chat) => sendBy(channel, chat, message));
  const queue = openQueue<readonly number[]>(environment, JOBS, sendChunk);
  return {
    prepare: async () => {},
    enqueue: (chats) => {
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
