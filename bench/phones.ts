import { request } from 'undici';
import type { Call } from './fake-api.ts';
import type { Shown } from './updates.ts';

/** What the fake API sent to everybody's phone, and when; read only between measurements. */
export type Phones = {
  /** Every call since the last look, the newest buttons of each chat kept in mind. */
  look(): Promise<readonly Arrived[]>;
  shows(chat: number): readonly Shown[];
};

/** A call that arrived, with the chat it was for; 0 if for none. */
export type Arrived = { readonly at: number; readonly method: string; readonly chat: number };

const MESSAGES = ['sendMessage', 'editMessageText'];
const KEPT = 4;

export function openPhones(apiRoot: string): Phones {
  const chats = new Map<number, readonly Shown[]>();
  const show = (call: Call): Arrived => {
    const { at, method, messageId, body } = call;
    const { chat_id, text, reply_markup } = JSON.parse(body || '{}');
    const chat = Number(chat_id ?? 0);
    if (MESSAGES.includes(method)) {
      const others = (chats.get(chat) ?? []).filter((shown) => shown.messageId !== messageId);
      // Telegraf sends the markup as text, as the API allows.
      const markup = typeof reply_markup === 'string' ? JSON.parse(reply_markup) : reply_markup;
      chats.set(chat, [...others, { messageId, text, ...(markup ? { markup } : {}) }].slice(-KEPT));
    }
    return { at, method, chat };
  };
  return {
    async look() {
      const { body } = await request(`${apiRoot}/record`);
      return ((await body.json()) as Call[]).map(show);
    },
    shows: (chat) => chats.get(chat) ?? [],
  };
}

/** Whether a call brings the person a message. */
export function isMessage({ method }: Arrived): boolean {
  return MESSAGES.includes(method);
}
