import { openMessage } from '../broadcast/announcement.ts';
import { openChannel, sendBy } from '../broadcast/open-channel.ts';
import type { Sender, SenderEnvironment } from '../broadcast/sender.ts';
import { openQueue } from './bullmq-queue.ts';

/** BullMQ with one job per recipient, 100 in flight, sent by the product's channel. */
export async function open(environment: SenderEnvironment): Promise<Sender> {
  const channel = await openChannel(environment);
  const message = openMessage();
  const queue = openQueue<number>(environment, 100, (chat) => sendBy(channel, chat, message));
  return {
    prepare: async () => {},
    enqueue: (chats) => queue.add(chats),
    send: () => queue.work(),
    async close() {
      await queue.close();
      await channel.close();
    },
  };
}
