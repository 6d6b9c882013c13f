import { readFileSync } from 'node:fs';
import type { Update } from '@grammyjs/types';
import { expect, test } from 'vitest';
import { readUpdate } from '../../../src/channels/telegram/read-update.ts';

type Recorded = { readonly what: string; readonly update: Update; readonly read: 'ignored' | object };
const file = readFileSync(new URL('./recorded-updates.json', import.meta.url), 'utf8');
const { updates } = JSON.parse(file) as { readonly updates: readonly Recorded[] }; // the file beside this one

/** Every kind of update in Bot API 10.3; the compiler finds a missing one. */
const KINDS: Record<Exclude<keyof Update, 'update_id'>, true> = {
  message: true,
  edited_message: true,
  channel_post: true,
  edited_channel_post: true,
  business_connection: true,
  business_message: true,
  edited_business_message: true,
  deleted_business_messages: true,
  guest_message: true,
  stopped_message_generation: true,
  message_reaction: true,
  message_reaction_count: true,
  inline_query: true,
  chosen_inline_result: true,
  callback_query: true,
  shipping_query: true,
  pre_checkout_query: true,
  purchased_paid_media: true,
  poll: true,
  poll_answer: true,
  my_chat_member: true,
  chat_member: true,
  chat_join_request: true,
  chat_boost: true,
  removed_chat_boost: true,
  managed_bot: true,
  subscription: true,
};

test.each(updates)('$what is read as recorded', ({ update, read }) => {
  const now = 1_790_000_000_000;
  const result = readUpdate(update, now);
  if (read === 'ignored') {
    expect(result).toEqual({ type: 'ignored', updateId: update.update_id });
    return;
  }
  if (result.type !== 'inbound') throw new Error(`It was ${result.type}.`);
  const { id, from, at, language, content, tapped } = result.inbound;
  const said = update.message ?? update.my_chat_member;
  const sender = update.callback_query?.from ?? said?.from;
  expect({ ...content, ...(tapped ? { tapped } : {}) }).toEqual(read);
  expect([id, from, at]).toEqual([
    `telegram:${update.update_id}`,
    `telegram:${sender?.id}`,
    said ? said.date * 1000 : now,
  ]);
  expect(language).toBe(sender?.language_code);
  expect(result.callbackId).toBe(update.callback_query?.id);
});

test('the recorded updates include every kind', () => {
  const kinds = updates.flatMap(({ update }) => Object.keys(update).filter((name) => name !== 'update_id'));
  expect([...new Set(kinds)].sort()).toEqual(Object.keys(KINDS).sort());
});

test.each([
  ['letters', '字'.repeat(4096)],
  ['emoji', '🚧'.repeat(4096)],
])('a text of 4096 %s is read, and one more makes it malformed', (_what, text) => {
  const from = { id: 7, is_bot: false, first_name: '周' };
  const message = { message_id: 1, date: 1, from, chat: { id: 7, type: 'private', first_name: '周' } };
  const read = (more: object) => readUpdate({ update_id: 1, message: { ...message, ...more } }, 0);
  expect(read({ text })).toMatchObject({ inbound: { content: { type: 'text', text } } });
  expect(read({ text: `${text}a` })).toEqual({ type: 'malformed' });
  const photo = [{ file_id: 'a', file_unique_id: 'b', width: 1, height: 1 }];
  expect(read({ photo, caption: text }), 'Premium captions').toMatchObject({ inbound: { content: { caption: text } } });
});
