import { Api } from 'grammy';
import { openMessage } from '../broadcast/announcement.ts';
import { sendInFlight } from '../broadcast/chats.ts';
import type { Sender, SenderEnvironment } from '../broadcast/sender.ts';

/** The common approach: grammY's client in a loop over a list, 30 in flight. After an interruption it starts over. */
export async function open({ apiRoot, token }: SenderEnvironment): Promise<Sender> {
  const api = new Api(token, { apiRoot });
  const { text, marks = [], choices = [] } = openMessage();
  const options = {
    entities: marks.flatMap((mark) => (mark.type === 'link' ? [] : [mark])),
    link_preview_options: { is_disabled: true },
    reply_markup: {
      inline_keyboard: choices.map((row) => row.map(({ id, label }) => ({ text: label, callback_data: id }))),
    },
  };
  let waiting: readonly number[] = [];
  return {
    prepare: async () => {},
    async enqueue(chats) {
      waiting = chats;
    },
    async send() {
      await sendInFlight(30, waiting, (chat) => api.sendMessage(chat, text, options));
      return [];
    },
    close: async () => {},
  };
}
