import { request } from 'undici';
import type { Call } from './fake-api.ts';
import type { ChatRange } from './subject.ts';
import type { Shown } from './updates.ts';

/** All phones behind the fake API. Read them only between measurements. */
export type Phones = {
  /** Returns all calls since the last look and updates the messages on each phone. */
  look(): Promise<readonly Arrived[]>;
  /** Returns the latest messages of a chat. */
  shows(chat: number): readonly Shown[];
};

/** An API call that arrived. `chat` is 0 if the call names none. `at`: ms, see clock.ts. `bytes`: of its body. */
export type Arrived = { readonly at: number; readonly method: string; readonly chat: number; readonly bytes: number };

const MESSAGES = ['sendMessage', 'editMessageText'];
const MESSAGES_KEPT = 4; // per chat

/** Opens the phones behind the fake API; with `own`, those of these chats, if several processes share the API. */
export function openPhones(apiRoot: string, own?: ChatRange): Phones {
  const record = `${apiRoot}/record${own ? `?from=${own.from}&to=${own.to}` : ''}`;
  const chats = new Map<number, readonly Shown[]>();
  const show = (call: Call): Arrived => {
    const { at, method, chat, messageId, body } = call;
    const { text, reply_markup } = JSON.parse(body || '{}');
    if (MESSAGES.includes(method)) {
      const others = (chats.get(chat) ?? []).filter((shown) => shown.messageId !== messageId);
      // Telegraf sends the markup as JSON text, which the API allows.
      const markup = typeof reply_markup === 'string' ? JSON.parse(reply_markup) : reply_markup;
      chats.set(chat, [...others, { messageId, text, ...(markup ? { markup } : {}) }].slice(-MESSAGES_KEPT));
    }
    return { at, method, chat, bytes: Buffer.byteLength(body) };
  };
  return {
    async look() {
      const { body } = await request(record);
      return ((await body.json()) as Call[]).map(show);
    },
    shows: (chat) => chats.get(chat) ?? [],
  };
}

/** True if the call sends or edits a message. */
export function isMessage({ method }: Arrived): boolean {
  return MESSAGES.includes(method);
}
