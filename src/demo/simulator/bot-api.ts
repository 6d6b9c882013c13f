import type { ApiMethods, File, Message } from '@grammyjs/types';
import { deleteCommands, getCommands, setCommands } from './commands.ts';
import { filePath } from './files.ts';
import type { Limits } from './limits.ts';
import { readEntities, readMarkup } from './markup.ts';
import { readAlbum, readCaption, readDocument, readPhoto, readVoice } from './media.ts';
import type { Params } from './params.ts';
import { asNumber, asText } from './params.ts';
import { ApiRefusal, badRequest } from './refusal.ts';
import { asMessage, BOT } from './telegram-format.ts';
import { characters, TEXT_MAX } from './text-length.ts';
import type { MessageContent, SimMessage, SimPerson, World } from './world.ts';

const ALERT_MAX = 200; // characters
const DELETE_WITHIN_SECONDS = 48 * 3600;
const CHAT_ACTION =
  /^(typing|(record|upload)_(video|audio|voice|video_note)|upload_(photo|document)|choose_sticker|find_location)$/;

type MethodCall = {
  readonly world: World;
  readonly limits: Limits;
  readonly params: Params;
  /** Query id → expiry, ms since the epoch. */
  readonly callbacks: Map<string, number>;
};
type Method = (call: MethodCall) => unknown;
type KnownMethod = keyof ApiMethods<never>;

/** Implemented methods, by Telegram's names. Any other method is refused as unknown. */
const METHODS: Partial<Record<KnownMethod, Method>> = {
  getMe: () => BOT,
  sendMessage: (call) => send(call, readText(call)),
  sendPhoto: (call) => sendMedia(call, readPhoto(call, call.params.values.photo)),
  sendVoice: (call) => sendMedia(call, readVoice(call, call.params.values.voice)),
  sendDocument: (call) => sendMedia(call, readDocument(call, call.params.values.document)),
  sendLocation: (call) => {
    const latitude = asNumber(call.params.values.latitude);
    const longitude = asNumber(call.params.values.longitude);
    if (latitude === undefined) throw badRequest('latitude is empty');
    if (longitude === undefined) throw badRequest('longitude is empty');
    return send(call, { location: { latitude, longitude } });
  },
  sendMediaGroup: (call) => readAlbum(call).map((content) => send(call, content)),
  sendChatAction: (call) => {
    reachablePersonOf(call);
    if (!CHAT_ACTION.test(asText(call.params.values.action).toLowerCase()))
      throw badRequest('wrong parameter action in request');
    return true;
  },
  copyMessage: (call) => {
    const original = call.world.messages.get(asNumber(call.params.values.message_id) ?? 0);
    const from = asNumber(call.params.values.from_chat_id);
    if (!original || original.deleted || original.chat !== from) throw badRequest('message to copy not found');
    const { text, entities, caption, photo, voice, document, location, contact } = original;
    const parts = Object.entries({ text, entities, caption, photo, voice, document, location, contact });
    const content: MessageContent = Object.fromEntries(parts.filter(([, part]) => part !== undefined));
    return { message_id: send(call, content).message_id };
  },
  editMessageText: (call) => edit(call, readText(call)),
  editMessageCaption: (call) => {
    const { message } = ownMessage(call, 'edit');
    if (!message.photo && !message.voice && !message.document)
      throw badRequest('there is no caption in the message to edit');
    const { caption: _caption, entities: _entities, ...bare } = message;
    return edit(call, readCaption(call.params.values), bare);
  },
  editMessageReplyMarkup: (call) => edit(call, {}),
  deleteMessage: (call) => {
    const { message } = ownMessage(call, 'delete');
    call.world.changeMessage({ ...message, deleted: true });
    return true;
  },
  answerCallbackQuery: ({ world, params, callbacks }) => {
    const id = asText(params.values.callback_query_id);
    const expires = callbacks.get(id);
    if (expires === undefined || world.now() > expires) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    }
    if (asText(params.values.text).length > ALERT_MAX) throw badRequest('MESSAGE_TOO_LONG');
    callbacks.delete(id);
    return true;
  },
  getFile: ({ world, params }): File => {
    const id = asText(params.values.file_id);
    const bytes = world.file(id);
    if (!bytes) throw badRequest('invalid file_id');
    return { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length, file_path: filePath(id) };
  },
  getChat: (call) => {
    const { id, first_name } = personOf(call);
    return { id, type: 'private', first_name, accent_color_id: 0, max_reaction_count: 11 };
  },
  setMyCommands: setCommands,
  getMyCommands: getCommands,
  deleteMyCommands: deleteCommands,
  setMyDescription: () => true,
  setMyShortDescription: () => true,
};

/** Calls one method. Throws ApiRefusal with Telegram's code and words. */
export function callMethod(method: string, call: MethodCall): unknown {
  const found = Object.entries(METHODS).find(([name]) => name.toLowerCase() === method.toLowerCase())?.[1];
  if (!found) throw new ApiRefusal(404, 'Not Found: method not found');
  if (asText(call.params.values.parse_mode) !== '') throw badRequest('unsupported parse_mode');
  return found(call);
}

function sendMedia(call: MethodCall, content: MessageContent): Message {
  return send(call, { ...content, ...readCaption(call.params.values) });
}

function send(call: MethodCall, content: MessageContent): Message {
  const markup = readMarkup(call.params.values.reply_markup);
  const person = reachablePersonOf(call);
  call.limits.take(person.id, call.world.now());
  const { remove, ...shown } = markup;
  const keyboard = remove ? { keyboard: { keyboard: [] } } : {};
  const message = call.world.addMessage({ chat: person.id, from: 'bot', ...content, ...shown, ...keyboard });
  return asMessage(message, person);
}

/** Edits a message. `base` is the message without the replaced fields; by default the message itself. */
function edit(call: MethodCall, content: MessageContent, base?: SimMessage): Message {
  const markup = readMarkup(call.params.values.reply_markup);
  const { message, person } = ownMessage(call, 'edit');
  if (message.keyboard) throw badRequest("message can't be edited");
  if (content.text !== undefined && message.text === undefined)
    throw badRequest('there is no text in the message to edit');
  const { inline: _old, ...rest } = base ?? message;
  const edited: SimMessage = { ...rest, ...content, ...(markup.inline ? { inline: markup.inline } : {}) };
  if (visiblePartsOf(edited) === visiblePartsOf(message)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  call.limits.take(person.id, call.world.now());
  const edit_date = Math.floor(call.world.now() / 1000);
  const counted = { ...edited, edits: message.edits + 1, edit_date };
  call.world.changeMessage(counted);
  return asMessage(counted, person);
}

function visiblePartsOf({ text, entities, caption, inline }: SimMessage): string {
  const buttons = inline?.inline_keyboard ?? [];
  return JSON.stringify([text ?? null, entities ?? [], caption ?? null, buttons]);
}

function ownMessage(call: MethodCall, what: 'edit' | 'delete'): { message: SimMessage; person: SimPerson } {
  const person = personOf(call);
  const message = call.world.messages.get(asNumber(call.params.values.message_id) ?? 0);
  if (!message || message.deleted || message.chat !== person.id) throw badRequest(`message to ${what} not found`);
  const tooOld = call.world.now() / 1000 - message.date > DELETE_WITHIN_SECONDS;
  if (what === 'edit' && message.from !== 'bot') throw badRequest("message can't be edited");
  // In a private chat a bot may also delete the person's messages.
  if (what === 'delete' && (tooOld || (message.from !== 'bot' && person.id < 0)))
    throw badRequest("message can't be deleted for everyone");
  return { message, person };
}

function personOf({ world, params }: MethodCall): SimPerson {
  const chat = params.values.chat_id;
  if (chat === undefined || chat === '') throw badRequest('chat_id is empty');
  const person = world.people.get(asNumber(chat) ?? 0);
  if (!person) throw badRequest('chat not found');
  return person;
}

function reachablePersonOf(call: MethodCall): SimPerson {
  const person = personOf(call);
  if (person.blocked) throw new ApiRefusal(403, 'Forbidden: bot was blocked by the user');
  if (!person.started) throw new ApiRefusal(403, "Forbidden: bot can't initiate conversation with a user");
  return person;
}

function readText({ params }: MethodCall): MessageContent {
  const text = asText(params.values.text);
  if (text.trim() === '') throw badRequest('message text is empty');
  if (characters(text) > TEXT_MAX) throw badRequest('message is too long');
  return { text, entities: readEntities(params.values.entities, text) };
}
