import { openMessage } from '../broadcast/announcement.ts';
import { inFlight } from '../broadcast/chats.ts';
import { openChannel, sendBy } from '../broadcast/open-channel.ts';
import type { Sender, SenderAround } from '../broadcast/sender.ts';

/** The product's channel and a list, 100 in flight, nothing written down: the most that the channel can carry. */
export async function open(around: SenderAround): Promise<Sender> {
  const channel = await openChannel(around);
  const message = openMessage();
  let waiting: readonly number[] = [];
  return {
    prepare: async () => {},
    async lay(chats) {
      waiting = chats;
    },
    async send() {
      await inFlight(100, waiting, (chat) => sendBy(channel, chat, message));
      return [];
    },
    close: () => channel.close(),
  };
}
