import { openMessage } from '../broadcast/announcement.ts';
import { openChannel, sendBy } from '../broadcast/open-channel.ts';
import type { Sender, SenderAround } from '../broadcast/sender.ts';
import { openQueue } from './bullmq-queue.ts';

/** BullMQ with a job a recipient, 100 at a time, sent by the product's channel. */
export async function open(around: SenderAround): Promise<Sender> {
  const channel = await openChannel(around);
  const message = openMessage();
  const queue = openQueue<number>(around, 100, (chat) => sendBy(channel, chat, message));
  return {
    prepare: async () => {},
    lay: (chats) => queue.add(chats),
    send: () => queue.work(),
    async close() {
      await queue.close();
      await channel.close();
    },
  };
}
