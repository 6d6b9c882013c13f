import type { InlineKeyboardButton, KeyboardButton, MessageEntity, ReplyKeyboardMarkup } from '@grammyjs/types';
import { GrammyError, InputFile } from 'grammy/web';
import { lastCutBefore } from '../../engine/cut-text.ts';
import type { Mark } from '../../engine/input.ts';
import type { Choice, MenuButton, Outgoing, SendOutcome, Urn } from '../channel.ts';
import type { TelegramApi } from './api.ts';
import { outcomeOf } from './outcome.ts';

const CAPTION_MAX = 1024;
const NO_PREVIEW = { is_disabled: true };

type BotApi = TelegramApi['api'];

/** Sends or edits one message. At the same time closes the message that it names in `closes`. */
export async function sendMessage(api: BotApi, to: Urn, message: Outgoing): Promise<SendOutcome> {
  const chat = chatOf(to);
  const { closes } = message;
  if (!closes) return sendOne(api, chat, message);
  // If this edit fails, the old question keeps its buttons; a tap on them changes nothing.
  const closing = edit(api, chat, { id: Number(closes.message), text: closes.text }).catch(() => {});
  const outcome = await sendOne(api, chat, message);
  await closing;
  return outcome;
}

async function sendOne(api: BotApi, chat: number, message: Outgoing): Promise<SendOutcome> {
  try {
    if (message.edits && !message.menu) {
      const { text, choices } = message;
      const edited = await edit(api, chat, {
        id: Number(message.edits),
        text,
        entities: entitiesOf(message),
        ...(choices ? { choices } : {}),
      });
      if (edited) return edited;
    }
    const ref = await sendNew(api, chat, message);
    return { type: 'sent', ...(ref === undefined ? {} : { ref: String(ref) }) };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** Sends a new message; returns its id, or undefined for a document, which is never edited later. */
async function sendNew(api: BotApi, chat: number, message: Outgoing): Promise<number | undefined> {
  const { text, file } = message;
  const entities = entitiesOf(message);
  const base = { chat_id: chat, ...markupOf(message) };
  const caption = text.slice(0, lastCutBefore(text, CAPTION_MAX));
  if (file?.picture) {
    const photo = new InputFile(bytesOf(file), file.name);
    return (await api.uploads.sendPhoto({ ...base, photo, caption })).message_id;
  }
  if (file) {
    // Captions are short; the message before the document has the full text.
    await api.uploads.sendDocument({ ...base, document: new InputFile(bytesOf(file), file.name), caption });
    return undefined;
  }
  if (message.photo) {
    const marked = entities.length > 0 ? { caption_entities: entities } : {};
    return (await api.raw.sendPhoto({ ...base, photo: message.photo, caption, ...marked })).message_id;
  }
  if (message.pin) return (await api.raw.sendLocation({ ...base, ...message.pin })).message_id;
  if (message.voice) return (await api.raw.sendVoice({ ...base, voice: message.voice, caption })).message_id;
  const marked = entities.length > 0 ? { entities } : {};
  return (await api.raw.sendMessage({ ...base, text, ...marked, link_preview_options: NO_PREVIEW })).message_id;
}

/** Deletes a message, which Telegram allows for 48 hours. */
export async function removeMessage(api: BotApi, to: Urn, message: string): Promise<SendOutcome> {
  try {
    await api.raw.deleteMessage({ chat_id: chatOf(to), message_id: Number(message) });
    return { type: 'sent' };
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 400) return outcomeOf(error);
    // A message that is already deleted counts as removed. Other refusals leave it in the chat.
    if (error.description.includes('message to delete not found')) return { type: 'sent' };
    return { type: 'unknown', reason: error.description };
  }
}

type Edit = {
  readonly id: number;
  readonly text: string;
  readonly entities?: MessageEntity[];
  readonly choices?: readonly (readonly Choice[])[];
};

/** Edits a message; undefined if it can no longer be edited, so that a new message must be sent. */
async function edit(
  api: BotApi,
  chat: number,
  { id, text, entities = [], choices = [] }: Edit,
): Promise<SendOutcome | undefined> {
  try {
    await api.raw.editMessageText({
      chat_id: chat,
      message_id: id,
      reply_markup: { inline_keyboard: choices.map((row) => row.map(inlineButton)) },
      text,
      ...(entities.length > 0 ? { entities } : {}),
      link_preview_options: NO_PREVIEW,
    });
    return { type: 'sent', ref: String(id) };
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 400) throw error;
    // The message has this content already, so a repeated edit has succeeded.
    if (error.description.includes('message is not modified')) return { type: 'sent', ref: String(id) };
    if (/message to edit not found|message can't be edited|MESSAGE_ID_INVALID/.test(error.description))
      return undefined;
    throw error;
  }
}

function chatOf(to: Urn): number {
  return Number(to.slice(to.indexOf(':') + 1));
}

function bytesOf({ text, base64 }: NonNullable<Outgoing['file']>): Uint8Array {
  return base64 ? Buffer.from(text, 'base64') : new TextEncoder().encode(text);
}

function entitiesOf({ marks = [] }: Outgoing): MessageEntity[] {
  return marks.map(entityOf);
}

/** Marks equal Telegram's entities, except for the name of a link. */
function entityOf(mark: Mark): MessageEntity {
  return mark.type === 'link' ? { ...mark, type: 'text_link' } : mark;
}

function markupOf({ choices, menu }: Outgoing) {
  if (choices?.length) return { reply_markup: { inline_keyboard: choices.map((row) => row.map(inlineButton)) } };
  return menu ? { reply_markup: keyboard(menu) } : {};
}

function inlineButton({ id, label, url }: Choice): InlineKeyboardButton {
  return url === undefined ? { text: label, callback_data: id } : { text: label, url };
}

function keyboard(menu: readonly (readonly MenuButton[])[]): ReplyKeyboardMarkup {
  return { keyboard: menu.map((row) => row.map(keyboardButton)), resize_keyboard: true, is_persistent: true };
}

function keyboardButton({ label, shares }: MenuButton): KeyboardButton {
  if (shares === 'location') return { text: label, request_location: true };
  return shares === 'contact' ? { text: label, request_contact: true } : { text: label };
}
