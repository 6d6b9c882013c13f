import type { InlineKeyboardButton, KeyboardButton, MessageEntity, ReplyKeyboardMarkup } from '@grammyjs/types';
import { GrammyError, InputFile } from 'grammy/web';
import { crashPoint } from '../../crash-point.ts';
import type { Mark } from '../../engine/input.ts';
import type { Choice, MenuButton, Outgoing, ReadFile, SendOutcome, Urn } from '../channel.ts';
import { idOf, readAttached, readFileRef } from '../channel.ts';
import { NotSent } from '../http.ts';
import type { TelegramApi } from './api.ts';
import { isRefusal, outcomeOf } from './outcome.ts';
import { CAPTION_MAX, secondForm, wordsAlone } from './second-form.ts';

const NO_PREVIEW = { is_disabled: true };
/** A claim lasts 30 s; the last form may take as long as one call. */
const FORMS_WITHIN_MS = 12_000;

type BotApi = TelegramApi['api'];

/** What a send needs: the Bot API, and the files that Telegram does not have. */
export type Sender = { readonly api: BotApi; readonly readFile: ReadFile };

/** Sends or edits one message. At the same time closes the message that it names in `closes`. */
export async function sendMessage(sender: Sender, to: Urn, message: Outgoing): Promise<SendOutcome> {
  const chat = chatOf(to);
  const { closes } = message;
  if (!closes) return sendOne(sender, chat, message);
  // If this edit fails, the old question keeps its buttons; a tap on them changes nothing.
  const closing = edit(sender.api, chat, { id: Number(closes.message), text: closes.text }).catch(() => {});
  const outcome = await sendOne(sender, chat, message);
  await closing;
  return outcome;
}

async function sendOne(sender: Sender, chat: number, message: Outgoing): Promise<SendOutcome> {
  const started = performance.now();
  try {
    if (message.edits && !message.menu) {
      const { text, choices } = message;
      const edited = await edit(sender.api, chat, {
        id: Number(message.edits),
        text,
        entities: entitiesOf(message),
        ...(choices ? { choices } : {}),
      });
      if (edited) return edited;
    }
    // Words that no caption holds go alone; a pin has none.
    let form = message.text.length > CAPTION_MAX && !message.pin ? wordsAlone(message) : message;
    for (;;) {
      try {
        const ref = await sendNew(sender, chat, form);
        return { type: 'sent', ...(ref === undefined ? {} : { ref: String(ref) }) };
      } catch (error) {
        // Only a refusal proves that the form did not arrive. Each form has a part less, so the loop ends.
        const next = error instanceof GrammyError && isRefusal(error) ? secondForm(form, error) : undefined;
        if (!next) throw error;
        if (performance.now() - started > FORMS_WITHIN_MS)
          throw new NotSent('A form was refused too late for another.');
        crashPoint('between_forms');
        form = next;
      }
    }
  } catch (error) {
    return outcomeOf(error);
  }
}

/** Sends a new message; returns its id, or undefined for a document, which is never edited later. */
async function sendNew({ api, readFile }: Sender, chat: number, message: Outgoing): Promise<number | undefined> {
  const { text, file, photo, voice, pin } = message;
  const known = message.many && letters.get(message);
  if (known !== undefined) return (await api.sendJson(`{"chat_id":${chat},${known}`)).message_id;
  const entities = entitiesOf(message);
  const base = { chat_id: chat, ...markupOf(message) };
  const caption = { caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) };
  const foreign = [photo, voice].find((ref) => ref !== undefined && readFileRef(ref).scheme !== 'telegram');
  if (foreign !== undefined) {
    const bytes = await readAttached(message, readFile);
    if (!bytes) return sendNew({ api, readFile }, chat, wordsAlone(message));
    if (photo !== undefined)
      return (await api.uploads.sendPhoto({ ...base, photo: new InputFile(bytes, 'photo.jpg'), ...caption }))
        .message_id;
    // Telegram plays few formats as a voice message; as a document every one can be opened.
    await api.uploads.sendDocument({ ...base, document: new InputFile(bytes, voiceName(bytes)), ...caption });
    return undefined;
  }
  if (file?.picture) {
    const upload = new InputFile(bytesOf(file), file.name);
    return (await api.uploads.sendPhoto({ ...base, photo: upload, ...caption })).message_id;
  }
  if (file) {
    await api.uploads.sendDocument({ ...base, document: new InputFile(bytesOf(file), file.name), ...caption });
    return undefined;
  }
  if (photo) return (await api.raw.sendPhoto({ ...base, photo, ...caption })).message_id;
  if (pin) return (await api.raw.sendLocation({ ...base, ...pin })).message_id;
  if (voice) return (await api.raw.sendVoice({ ...base, voice, ...caption })).message_id;
  const marked = entities.length > 0 ? { entities } : {};
  const payload = { ...base, text, ...marked, link_preview_options: NO_PREVIEW };
  if (message.many) {
    const { chat_id: _chat, ...rest } = payload;
    letters.set(message, JSON.stringify(rest).slice(1));
  }
  return (await api.raw.sendMessage(payload)).message_id;
}

/** The payloads of texts that go to many chats, without the chat: JSON from its first field on. */
const letters = new WeakMap<Outgoing, string>();

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
    // The message is gone, too old, or none of words: a new one is sent, in a form that the chat takes.
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** A file name by the first bytes of a recording, so that the phone picks a player. */
function voiceName(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('#!AMR')) return 'voice.amr';
  if (head.startsWith('OggS')) return 'voice.ogg';
  return head.slice(4, 8) === 'ftyp' ? 'voice.m4a' : 'voice.webm';
}

function chatOf(to: Urn): number {
  return Number(idOf(to));
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
