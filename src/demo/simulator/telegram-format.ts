import type { Chat, Message, Update, User, UserFromGetMe } from '@grammyjs/types';
import type { SimFile, SimMessage, SimPerson } from './world.ts';

/** The bot token of every simulator. Telegram does not know it. */
export const SIM_TOKEN = '42:simulator-only-not-a-real-token';
/** The simulator's bot, as getMe returns it. */
export const BOT = {
  id: 42,
  is_bot: true,
  first_name: '安邻',
  username: 'anlin_bot',
  can_join_groups: false,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
} as const satisfies UserFromGetMe;

/** Returns a person as a Telegram user. */
export function asUser(person: SimPerson): User {
  const { id, first_name, language_code } = person;
  return { id, is_bot: false, first_name, language_code };
}

function asChat(person: SimPerson): Chat.PrivateChat | Chat.SupergroupChat {
  if (person.id < 0) return { id: person.id, type: 'supergroup', title: person.first_name };
  return { id: person.id, type: 'private', first_name: person.first_name };
}

/** Returns a message as the Bot API does. */
export function asMessage(message: SimMessage, person: SimPerson): Message {
  const {
    message_id,
    date,
    text,
    entities,
    caption,
    photo,
    voice,
    document,
    location,
    contact,
    media_group_id,
    inline,
  } = message;
  const from =
    message.from === 'bot'
      ? { id: BOT.id, is_bot: true, first_name: BOT.first_name, username: BOT.username }
      : asUser(person);
  return {
    message_id,
    date,
    chat: asChat(person),
    from,
    ...(message.edits > 0 ? { edit_date: message.edit_date ?? date } : {}),
    ...(text === undefined ? {} : { text }),
    ...(entities?.length ? { [caption === undefined ? 'entities' : 'caption_entities']: [...entities] } : {}),
    ...(caption === undefined ? {} : { caption }),
    ...(photo ? { photo: sizesOf(photo) } : {}),
    ...(voice ? { voice: { ...voice, mime_type: 'audio/ogg' } } : {}),
    ...(document ? { document } : {}),
    ...(location ? { location } : {}),
    ...(contact ? { contact } : {}),
    ...(media_group_id ? { media_group_id } : {}),
    ...(inline ? { reply_markup: inline } : {}),
  } as Message; // one object covers all kinds of message; the absent fields select the kind
}

function sizesOf({ file_id, file_unique_id, file_size = 90_000 }: SimFile) {
  const small = {
    file_id: `${file_id}-s`,
    file_unique_id: `${file_unique_id}s`,
    width: 320,
    height: 240,
    file_size: Math.min(9000, file_size),
  };
  return [small, { file_id, file_unique_id, width: 1280, height: 960, file_size }];
}

/** Returns the update for a person's message. */
export function messageUpdate(message: SimMessage, person: SimPerson): Omit<Update, 'update_id'> {
  return { message: asMessage(message, person) as Update['message'] & object };
}

/** Returns the update for a blocked or unblocked bot. `date`: s since the epoch. */
export function membershipUpdate(person: SimPerson, date: number): Omit<Update, 'update_id'> {
  const user = { id: BOT.id, is_bot: true, first_name: BOT.first_name, username: BOT.username };
  const member = { status: 'member', user } as const;
  const kicked = { status: 'kicked', user, until_date: 0 } as const;
  const [before, after] = person.blocked ? [member, kicked] : [kicked, member];
  return {
    my_chat_member: {
      chat: asChat(person),
      from: asUser(person),
      date,
      old_chat_member: before,
      new_chat_member: after,
    },
  };
}
