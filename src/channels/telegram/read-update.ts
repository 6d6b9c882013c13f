import type { Update } from '@grammyjs/types';
import * as v from 'valibot';
import type { Mark } from '../../engine/input.ts';
import { MARKS } from '../../engine/input.ts';
import type { Inbound, InboundContent } from '../channel.ts';

/** What an update was: something for us, something that we pass over, or no update at all. */
export type Read =
  | { readonly type: 'inbound'; readonly inbound: Inbound; readonly callbackId?: string }
  | { readonly type: 'ignored'; readonly updateId: number }
  | { readonly type: 'malformed' };

/** The kinds of update that we ask Telegram for. */
export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const satisfies readonly Exclude<
  keyof Update,
  'update_id'
>[];

const TEXT_MAX = 4096;
const id = v.pipe(v.number(), v.safeInteger());
/** Telegram counts characters; in UTF-16 units 4096 emoji are twice as long. */
const text = v.pipe(
  v.string(),
  v.check((said) => said.length <= TEXT_MAX || [...said].length <= TEXT_MAX),
);
const file = v.object({
  file_id: v.pipe(v.string(), v.regex(/^[\w-]{1,256}$/)),
  file_unique_id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
});
const User = v.object({ id, is_bot: v.boolean(), language_code: v.optional(v.pipe(v.string(), v.maxLength(35))) });
const Chat = v.object({ id, type: v.string() });
/** What Telegram itself reports in a private chat. Nobody said it, so nobody waits for an answer to it. */
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
const Message = v.looseObject({
  message_id: id,
  date: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  chat: Chat,
  from: v.optional(User),
  text: v.optional(text),
  // Of kinds that we do not know (mentions, hashtags) nothing is wanted.
  entities: v.optional(v.array(v.looseObject({ type: v.string(), offset: v.number(), length: v.number() }))),
  caption: v.optional(text),
  media_group_id: v.optional(v.pipe(v.string(), v.maxLength(64))),
  photo: v.optional(
    v.pipe(v.array(v.object({ ...file.entries, width: id, height: id })), v.minLength(1), v.maxLength(20)),
  ),
  location: v.optional(
    v.object({
      latitude: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
      longitude: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
      live_period: v.optional(v.number()),
    }),
  ),
  voice: v.optional(v.object({ ...file.entries, duration: v.pipe(v.number(), v.minValue(0)) })),
  contact: v.optional(v.object({ phone_number: v.pipe(v.string(), v.maxLength(256)), user_id: v.optional(id) })),
  document: v.optional(v.unknown()),
});
const UpdateShape = v.object({
  update_id: v.pipe(id, v.minValue(0)),
  message: v.optional(Message),
  callback_query: v.optional(
    v.object({
      id: v.pipe(v.string(), v.maxLength(64)),
      from: User,
      data: v.optional(v.pipe(v.string(), v.maxBytes(64))),
      message: v.optional(v.object({ message_id: id, date: v.optional(v.number()), chat: Chat })),
    }),
  ),
  my_chat_member: v.optional(
    v.object({
      chat: Chat,
      from: User,
      date: v.number(),
      new_chat_member: v.object({ status: v.string() }),
    }),
  ),
});
type Shape = v.InferOutput<typeof UpdateShape>;

/** One update in our words. Groups and channels are passed over: what we do, we do with one person alone. */
export function readUpdate(update: unknown, now: number): Read {
  const read = v.safeParse(UpdateShape, update);
  if (!read.success) return { type: 'malformed' };
  const { update_id: updateId, message, callback_query: tap, my_chat_member: member } = read.output;
  if (message) return readMessage(updateId, message);
  if (tap) return readTap(updateId, tap, now);
  if (member?.chat.type === 'private' && !member.from.is_bot) {
    const reachable = member.new_chat_member.status === 'member';
    return inbound(updateId, member.from, member.date * 1000, { type: 'membership', reachable });
  }
  return { type: 'ignored', updateId };
}

function readMessage(updateId: number, message: NonNullable<Shape['message']>): Read {
  const { from, chat } = message;
  if (chat.type !== 'private' || !from || from.is_bot || chat.id !== from.id) return { type: 'ignored', updateId };
  if (SERVICE_FIELDS.some((field) => field in message)) return { type: 'ignored', updateId };
  return inbound(updateId, from, message.date * 1000, contentOf(message, from.id));
}

function contentOf(message: NonNullable<Shape['message']>, sender: number): InboundContent {
  if (message.text !== undefined) return readText(message.text, marksOf(message));
  if (message.photo) {
    const largest = message.photo.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
    return {
      type: 'photo',
      photo: { file: largest.file_id, same: largest.file_unique_id },
      ...(message.caption ? { caption: message.caption } : {}),
      ...(message.media_group_id ? { album: message.media_group_id } : {}),
    };
  }
  if (message.location) {
    const { latitude, longitude, live_period } = message.location;
    // A live location would follow the person; we want one point of a thing.
    if (live_period !== undefined) return { type: 'other', what: 'live_location' };
    return { type: 'location', point: { latitude, longitude } };
  }
  if (message.voice) {
    const { file_id, file_unique_id, duration } = message.voice;
    return { type: 'voice', voice: { file: file_id, same: file_unique_id }, seconds: Math.round(duration) };
  }
  if (message.contact) {
    // Only one's own number: somebody else's contact card is somebody else's to give.
    if (message.contact.user_id !== sender) return { type: 'other', what: 'foreign_contact' };
    return { type: 'contact', phone: message.contact.phone_number };
  }
  return { type: 'other', what: message.document === undefined ? 'unknown' : 'document' };
}

function readText(said: string, marks: readonly Mark[]): InboundContent {
  const start = /^\/start(?:@\w+)?(?:\s+([\w-]{1,64}))?\s*$/.exec(said);
  return start
    ? { type: 'start', payload: start[1] ?? '' }
    : { type: 'text', text: said, ...(marks.length > 0 ? { marks } : {}) };
}

const MARKS_MAX = 100;
const URL_MAX = 2048;

/** The emphasis and links that somebody put into their text, as far as they lie in it. */
function marksOf({ text = '', entities = [] }: NonNullable<Shape['message']>): readonly Mark[] {
  return entities.slice(0, MARKS_MAX).flatMap(({ type, offset, length, url }): readonly Mark[] => {
    const inside = Number.isInteger(offset) && Number.isInteger(length) && offset >= 0 && length > 0;
    if (!inside || offset + length > text.length) return [];
    if (type === 'text_link') {
      return typeof url === 'string' && url.length <= URL_MAX ? [{ type: 'link', url, offset, length }] : [];
    }
    const known = MARKS.find((mark) => mark === type);
    return known ? [{ type: known, offset, length }] : [];
  });
}

function readTap(updateId: number, tap: NonNullable<Shape['callback_query']>, now: number): Read {
  const chat = tap.message?.chat;
  if (tap.from.is_bot || tap.data === undefined || (chat && chat.type !== 'private'))
    return { type: 'ignored', updateId };
  const read = inbound(updateId, tap.from, now, { type: 'choice', id: tap.data });
  const tapped = tap.message ? { tapped: String(tap.message.message_id) } : {};
  return { type: 'inbound', inbound: { ...read.inbound, ...tapped }, callbackId: tap.id };
}

function inbound(updateId: number, from: v.InferOutput<typeof User>, at: number, content: InboundContent) {
  const language = from.language_code ? { language: from.language_code } : {};
  const made: Inbound = { id: `telegram:${updateId}`, from: `telegram:${from.id}`, at, ...language, content };
  return { type: 'inbound', inbound: made } as const;
}
