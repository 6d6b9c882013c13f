import type { InlineKeyboardButton, KeyboardButton, MessageEntity, ReplyKeyboardMarkup } from '@grammyjs/types';
import { GrammyError, InputFile } from 'grammy';
import type { Mark } from '../../engine/input.ts';
import type { Choice, MenuButton, Outgoing, SendOutcome, Urn } from '../channel.ts';
import type { TelegramApi } from './api.ts';
import { outcomeOf } from './outcome.ts';

const CAPTION_MAX = 1024;
const NO_PREVIEW = { is_disabled: true };

/** Sends or edits one message and says what became of it; the one that it closes is closed beside it. */
export async function sendMessage(api: TelegramApi['api'], to: Urn, message: Outgoing): Promise<SendOutcome> {
  const chat = Number(to.slice(to.indexOf(':') + 1));
  const { closes } = message;
  if (!closes) return sendOne(api, chat, message);
  // Left with its buttons it would only be an old question, which changes nothing.
  const closing = edit(api, chat, Number(closes.message), closes.text, [], []).catch(() => {});
  const outcome = await sendOne(api, chat, message);
  await closing;
  return outcome;
}

async function sendOne(api: TelegramApi['api'], chat: number, message: Outgoing): Promise<SendOutcome> {
  const text = message.text;
  const entities = (message.marks ?? []).map(entityOf);
  try {
    if (message.edits && !message.menu) {
      const edited = await edit(api, chat, Number(message.edits), text, entities, message.choices ?? []);
      if (edited) return edited;
    }
    const markup = message.choices?.length
      ? { reply_markup: { inline_keyboard: message.choices.map((row) => row.map(inlineButton)) } }
      : message.menu
        ? { reply_markup: keyboard(message.menu) }
        : {};
    if (message.file?.picture) {
      const photo = new InputFile(bytesOf(message.file), message.file.name);
      const sent = await api.uploads.sendPhoto({
        chat_id: chat,
        photo,
        caption: text.slice(0, CAPTION_MAX),
        ...markup,
      });
      return { type: 'sent', ref: String(sent.message_id) };
    }
    if (message.file) {
      // Its caption is short: the message before says the rest.
      await api.uploads.sendDocument({
        chat_id: chat,
        document: new InputFile(bytesOf(message.file), message.file.name),
        caption: text.slice(0, CAPTION_MAX),
        ...markup,
      });
      return { type: 'sent' };
    }
    if (message.photo) {
      const caption = text.slice(0, CAPTION_MAX);
      const marked = entities.length > 0 ? { caption_entities: entities } : {};
      const sent = await api.raw.sendPhoto({ chat_id: chat, photo: message.photo, caption, ...marked, ...markup });
      return { type: 'sent', ref: String(sent.message_id) };
    }
    if (message.voice) {
      const caption = text.slice(0, CAPTION_MAX);
      const sent = await api.raw.sendVoice({ chat_id: chat, voice: message.voice, caption, ...markup });
      return { type: 'sent', ref: String(sent.message_id) };
    }
    const sent = await api.raw.sendMessage({
      chat_id: chat,
      text,
      ...(entities.length > 0 ? { entities } : {}),
      link_preview_options: NO_PREVIEW,
      ...markup,
    });
    return { type: 'sent', ref: String(sent.message_id) };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** Takes a message away again, which Telegram allows for 48 hours. */
export async function removeMessage(api: TelegramApi['api'], to: Urn, message: string): Promise<SendOutcome> {
  try {
    await api.raw.deleteMessage({ chat_id: Number(to.slice(to.indexOf(':') + 1)), message_id: Number(message) });
    return { type: 'sent' };
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 400) return outcomeOf(error);
    // Gone is gone, whoever took it away; what is too old stays, and is told as such.
    if (error.description.includes('message to delete not found')) return { type: 'sent' };
    return { type: 'unknown', reason: error.description };
  }
}

/** Undefined when the message cannot be edited any more, so that a new one has to say it. */
async function edit(
  api: TelegramApi['api'],
  chat: number,
  messageId: number,
  text: string,
  entities: MessageEntity[],
  choices: readonly (readonly Choice[])[],
): Promise<SendOutcome | undefined> {
  try {
    await api.raw.editMessageText({
      chat_id: chat,
      message_id: messageId,
      reply_markup: { inline_keyboard: choices.map((row) => row.map(inlineButton)) },
      text,
      ...(entities.length > 0 ? { entities } : {}),
      link_preview_options: NO_PREVIEW,
    });
    return { type: 'sent', ref: String(messageId) };
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 400) throw error;
    // Saying the same twice is the same as saying it once.
    if (error.description.includes('message is not modified')) return { type: 'sent', ref: String(messageId) };
    if (/message to edit not found|message can't be edited|MESSAGE_ID_INVALID/.test(error.description))
      return undefined;
    throw error;
  }
}

function bytesOf({ text, base64 }: NonNullable<Outgoing['file']>): Uint8Array {
  return base64 ? Buffer.from(text, 'base64') : new TextEncoder().encode(text);
}

/** Our marks are Telegram's entities but for the name of a link. */
function entityOf(mark: Mark): MessageEntity {
  return mark.type === 'link' ? { ...mark, type: 'text_link' } : mark;
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
