import type { Update } from '@grammyjs/types';
import type { Mark } from '../../engine/input.ts';
import { MARKS } from '../../engine/input.ts';
import type { Inbound, InboundContent } from '../channel.ts';
import { readStart } from '../read-start.ts';
import type { ValidMessage, ValidTap, ValidUser } from './update-shape.ts';
import { validateUpdate } from './update-shape.ts';

/** A read update. `ignored`: valid, but not from one person in a private chat. */
export type ReadUpdate =
  | { readonly type: 'inbound'; readonly inbound: Inbound; readonly callbackId?: string }
  | { readonly type: 'ignored'; readonly updateId: number }
  | { readonly type: 'malformed' };

/** The kinds of update to request from Telegram. */
export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const satisfies readonly Exclude<
  keyof Update,
  'update_id'
>[];

/** Service messages that Telegram itself sends in a private chat. They are not from the person, so they get no answer. */
const SERVICE_FIELDS = [
  'pinned_message',
  'message_auto_delete_timer_changed',
  'chat_background_set',
  'write_access_allowed',
  'connected_website',
  'web_app_data',
  'users_shared',
  'chat_shared',
  'forum_topic_created',
  'forum_topic_edited',
  'forum_topic_closed',
  'forum_topic_reopened',
  'proximity_alert_triggered',
  'checklist_tasks_done',
  'checklist_tasks_added',
  'poll_option_added',
  'poll_option_deleted',
  'successful_payment',
  'refunded_payment',
  'gift',
  'unique_gift',
  'gift_upgrade_sent',
  'managed_bot_created',
  'passport_data',
] as const;

/** Translates an update into the product's terms. Groups and channels are ignored: the bot talks to one person. */
export function readUpdate(update: unknown, now: number): ReadUpdate {
  const valid = validateUpdate(update);
  if (!valid) return { type: 'malformed' };
  const { update_id: updateId, message, callback_query: tap, my_chat_member: member } = valid;
  if (message) return readMessage(updateId, message);
  if (tap) return readTap(updateId, tap, now);
  if (member?.chat.type === 'private' && !member.from.is_bot) {
    const reachable = member.new_chat_member.status === 'member';
    return inboundOf(updateId, member.from, member.date * 1000, { type: 'membership', reachable });
  }
  return { type: 'ignored', updateId };
}

function readMessage(updateId: number, message: ValidMessage): ReadUpdate {
  const { from, chat } = message;
  if (chat.type !== 'private' || !from || from.is_bot || chat.id !== from.id) return { type: 'ignored', updateId };
  if (SERVICE_FIELDS.some((field) => field in message)) return { type: 'ignored', updateId };
  return inboundOf(updateId, from, message.date * 1000, contentOf(message, from.id));
}

function contentOf(message: ValidMessage, sender: number): InboundContent {
  if (message.text !== undefined) return readText(message.text, marksOf(message));
  if (message.photo) {
    const largest = message.photo.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
    return {
      type: 'photo',
      photo: { file: largest.file_id, same: largest.file_unique_id },
      ...captionOf(message.caption),
      ...(message.media_group_id ? { album: message.media_group_id } : {}),
    };
  }
  if (message.location) {
    const { latitude, longitude, live_period } = message.location;
    // A live location would track the person. A report needs one point.
    if (live_period !== undefined) return { type: 'other', what: 'live_location' };
    return { type: 'location', point: { latitude, longitude }, ...captionOf(message.venue?.title) };
  }
  if (message.voice) {
    const { file_id, file_unique_id, duration } = message.voice;
    const voice = { file: file_id, same: file_unique_id };
    return { type: 'voice', voice, seconds: Math.round(duration), ...captionOf(message.caption) };
  }
  if (message.contact) {
    // Only the sender's own number: a contact card of another person needs that person's consent.
    if (message.contact.user_id !== sender) return { type: 'other', what: 'foreign_contact' };
    return { type: 'contact', phone: message.contact.phone_number };
  }
  const what = message.document === undefined ? 'unknown' : 'document';
  return { type: 'other', what, ...captionOf(message.caption) };
}

function captionOf(caption: string | undefined): { readonly caption?: string } {
  return caption ? { caption } : {};
}

function readText(said: string, marks: readonly Mark[]): InboundContent {
  return readStart(said) ?? { type: 'text', text: said, ...(marks.length > 0 ? { marks } : {}) };
}

const MARKS_MAX = 100;
const URL_MAX = 2048;

/** Reads emphasis and links; those outside the text are dropped. */
function marksOf({ text = '', entities = [] }: ValidMessage): readonly Mark[] {
  return entities.slice(0, MARKS_MAX).flatMap(({ type, offset, length, url }): readonly Mark[] => {
    const isInside = Number.isInteger(offset) && Number.isInteger(length) && offset >= 0 && length > 0;
    if (!isInside || offset + length > text.length) return [];
    if (type === 'text_link') {
      return typeof url === 'string' && url.length <= URL_MAX ? [{ type: 'link', url, offset, length }] : [];
    }
    const known = MARKS.find((mark) => mark === type);
    return known ? [{ type: known, offset, length }] : [];
  });
}

function readTap(updateId: number, tap: ValidTap, now: number): ReadUpdate {
  const chat = tap.message?.chat;
  if (tap.from.is_bot || tap.data === undefined || (chat && chat.type !== 'private'))
    return { type: 'ignored', updateId };
  const read = inboundOf(updateId, tap.from, now, { type: 'choice', id: tap.data });
  const tapped = tap.message ? { tapped: String(tap.message.message_id) } : {};
  return { type: 'inbound', inbound: { ...read.inbound, ...tapped }, callbackId: tap.id };
}

function inboundOf(updateId: number, from: ValidUser, at: number, content: InboundContent) {
  const language = from.language_code ? { language: from.language_code } : {};
  const inbound: Inbound = { id: `telegram:${updateId}`, from: `telegram:${from.id}`, at, ...language, content };
  return { type: 'inbound', inbound } as const;
}
