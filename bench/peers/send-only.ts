import { openMessage } from '../broadcast/announcement.ts';
import { sendInFlight } from '../broadcast/chats.ts';
import { openChannel, sendBy } from '../broadcast/open-channel.ts';
import type { Sender, SenderEnvironment } from '../broadcast/sender.ts';

/** The product's channel and a list, 100 in flight, without stored state: the channel's upper limit. */
export async function open(environment: SenderEnvironment): Promise<Sender> {
  const channel = await openChannel(environment);
  const message = openMessage();
  let waiting: readonly number[] = [];
  return {
    prepare: async () => {},
    async enqueue(chats) {
      waiting = chats;
    },
    async send() {
      await sendInFlight(100, waiting, (chat) => sendBy(channel, chat, message));
      return [];
    },
    close: () => channel.close(),
  };
}
