import { sentenceAt } from './sentences.ts';
import { spotAt } from './spots.ts';
import type { Act } from './subject.ts';
import { numberOf } from './subject.ts';

/** A message on a person's phone, with its buttons. */
export type Shown = { readonly messageId: number; readonly text: string; readonly markup?: Markup };
type Markup = { readonly inline_keyboard?: readonly (readonly { readonly callback_data?: string }[])[] };

let lastUpdateId = 500_000_000;
let lastMessageId = 900_000;

/** Returns the JSON of Telegram's update for an action. Throws if the chat shows no such button. */
export function updateFor(act: Act, chat: number, shown: readonly Shown[]): string {
  lastUpdateId += 1;
  const from = { id: chat, is_bot: false, first_name: '周阿姨', username: `person${chat}`, language_code: 'zh-hans' };
  const place = { id: chat, first_name: '周阿姨', username: `person${chat}`, type: 'private' };
  const date = Math.floor(Date.now() / 1000);
  if (act.type === 'tap') {
    const { message, data } = buttonFor(act.data, chat, shown);
    const { messageId, text, markup } = message;
    const bot = { id: 1, is_bot: true, first_name: 'Bench', username: 'bench_bot' };
    const tapped = { message_id: messageId, from: bot, chat: place, date, text, reply_markup: markup };
    const callback_query = { id: `${chat}${lastUpdateId}`, from, message: tapped, chat_instance: '-37', data };
    return JSON.stringify({ update_id: lastUpdateId, callback_query });
  }
  lastMessageId += 1;
  const message = { message_id: lastMessageId, from, chat: place, date, ...contentOf(act, chat) };
  return JSON.stringify({ update_id: lastUpdateId, message });
}

function contentOf(act: Exclude<Act, { type: 'tap' }>, chat: number): object {
  switch (act.type) {
    case 'command':
      return { text: act.text, entities: [{ offset: 0, length: act.text.length, type: 'bot_command' }] };
    case 'text':
      return { text: sentenceAt(numberOf(chat)) };
    case 'location':
      return { location: spotAt(numberOf(chat)) };
    case 'photo':
      return { photo: [90, 320, 800].map((width) => photoOf(width, chat)) };
  }
}

function photoOf(width: number, chat: number): object {
  const id = `AgACAgUAAxkBAAIB${chat}w${width}ZqGxkLm4mUQAAWzSCPGbVfP0xYQAAk-_MRuQw1lVq8fTt5x1yJYBAAMCAANz`;
  return { file_id: id, file_unique_id: `AQADT78xG${chat}${width}`, width, height: width, file_size: width * 100 };
}

function buttonFor(start: string, chat: number, shown: readonly Shown[]) {
  for (const message of shown.toReversed()) {
    const buttons = message.markup?.inline_keyboard?.flat() ?? [];
    const data = buttons.map(({ callback_data }) => callback_data).find((found) => found?.startsWith(start));
    if (data) return { message, data };
  }
  throw new Error(`Chat ${chat} has no button "${start}". It shows: ${JSON.stringify(shown).slice(0, 600)}`);
}
