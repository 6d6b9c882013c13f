import type { ApiMethods, BotCommand, File, Message } from '@grammyjs/types';
import { asMessage, BOT } from './as-telegram.ts';
import type { Limits } from './limits.ts';
import { readEntities, readMarkup } from './markup.ts';
import type { Params } from './params.ts';
import { asNumber, asObject, asText } from './params.ts';
import { badRequest, Refusal } from './refusal.ts';
import type { SimFile, SimMessage, SimPerson, World } from './world.ts';

const TEXT_MAX = 4096;
const CAPTION_MAX = 1024;
const ALERT_MAX = 200;
const DELETE_WITHIN_SECONDS = 48 * 3600;
const FILE_LINK = 'photos';

type Call = {
  readonly world: World;
  readonly limits: Limits;
  readonly params: Params;
  readonly callbacks: Map<string, number>;
};
type Method = (call: Call) => unknown;
type Known = keyof ApiMethods<never>;

/** The methods, by Telegram's names. Whatever else is called is refused as Telegram refuses it. */
const METHODS: Partial<Record<Known, Method>> = {
  getMe: () => BOT,
  sendMessage: (call) => {
    const text = asText(call.params.values.text);
    checkText(text, TEXT_MAX, 'message is too long');
    const entities = readEntities(call.params.values.entities, text);
    return send(call, { text, entities });
  },
  sendPhoto: (call) => send(call, { photo: readFile(call, 'photo'), ...readCaption(call.params.values) }),
  sendLocation: (call) => {
    const latitude = asNumber(call.params.values.latitude);
    const longitude = asNumber(call.params.values.longitude);
    if (latitude === undefined || longitude === undefined) throw badRequest("latitude or longitude isn't specified");
    return send(call, { location: { latitude, longitude } });
  },
  sendMediaGroup: (call) => {
    const media = asObject<{ media: string; caption?: string }[]>(call.params.values.media, 'media');
    if (!Array.isArray(media) || media.length < 2 || media.length > 10)
      throw badRequest('there must be 2 to 10 media in an album');
    const album = `album${call.world.changes}`;
    // All are looked at before the first is sent.
    const contents = media.map(({ media: name, caption }) => ({
      photo: fileNamed(call, name),
      media_group_id: album,
      ...readCaption({ caption }),
    }));
    return contents.map((content) => send(call, content));
  },
  sendChatAction: (call) => {
    reachable(call);
    return true;
  },
  copyMessage: (call) => {
    const original = call.world.messages.get(asNumber(call.params.values.message_id) ?? 0);
    if (!original || original.deleted) throw badRequest('message to copy not found');
    const { text, entities, photo, caption, location } = original;
    const copied = { ...(text ? { text } : {}), ...(entities ? { entities } : {}), ...(photo ? { photo } : {}) };
    const { message_id } = send(call, {
      ...copied,
      ...(caption ? { caption } : {}),
      ...(location ? { location } : {}),
    });
    return { message_id };
  },
  editMessageText: (call) => {
    const text = asText(call.params.values.text);
    checkText(text, TEXT_MAX, 'message is too long');
    return edit(call, { text, entities: readEntities(call.params.values.entities, text) });
  },
  editMessageCaption: (call) => edit(call, readCaption(call.params.values)),
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
    return { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length, file_path: `${FILE_LINK}/${id}` };
  },
  getChat: (call) => {
    const { id, first_name } = personOf(call);
    return { id, type: 'private', first_name, accent_color_id: 0, max_reaction_count: 11 };
  },
  setMyCommands: ({ params }) => {
    const commands = asObject<BotCommand[]>(params.values.commands, 'commands') ?? [];
    for (const { command, description } of commands) {
      if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
      if (description.length < 1 || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
    }
    return true;
  },
  deleteMyCommands: () => true,
  setMyDescription: () => true,
  setMyShortDescription: () => true,
};

/** Calls one method; throws Refusal with Telegram's code and words. */
export function callMethod(method: string, call: Call): unknown {
  const found = Object.entries(METHODS).find(([name]) => name.toLowerCase() === method.toLowerCase())?.[1];
  if (!found) throw new Refusal(404, 'Not Found: method not found');
  if (asText(call.params.values.parse_mode) !== '') throw badRequest('unsupported parse_mode');
  return found(call);
}

type Content = Partial<Omit<SimMessage, 'message_id' | 'chat' | 'from' | 'date' | 'edits'>>;

function send(call: Call, content: Content): Message {
  const markup = readMarkup(call.params.values.reply_markup);
  const person = reachable(call);
  call.limits.take(person.id, call.world.now());
  const { remove, ...shown } = markup;
  const keyboard = remove ? { keyboard: { keyboard: [] } } : {};
  const message = call.world.addMessage({ chat: person.id, from: 'bot', ...content, ...shown, ...keyboard });
  return asMessage(message, person);
}

function edit(call: Call, content: Content): Message {
  const markup = readMarkup(call.params.values.reply_markup);
  const { message, person } = ownMessage(call, 'edit');
  if (message.keyboard) throw badRequest("message can't be edited");
  if (content.text !== undefined && message.text === undefined)
    throw badRequest('there is no text in the message to edit');
  const { inline: _old, ...rest } = message;
  const edited: SimMessage = { ...rest, ...content, ...(markup.inline ? { inline: markup.inline } : {}) };
  if (looks(edited) === looks(message)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  call.limits.take(person.id, call.world.now());
  const counted = { ...edited, edits: message.edits + 1 };
  call.world.changeMessage(counted);
  return asMessage(counted, person);
}

function looks({ text, entities, caption, inline }: SimMessage): string {
  const buttons = inline?.inline_keyboard ?? [];
  return JSON.stringify([text ?? null, entities ?? [], caption ?? null, buttons]);
}

function ownMessage(call: Call, what: 'edit' | 'delete'): { message: SimMessage; person: SimPerson } {
  const person = personOf(call);
  const message = call.world.messages.get(asNumber(call.params.values.message_id) ?? 0);
  if (!message || message.deleted || message.chat !== person.id) throw badRequest(`message to ${what} not found`);
  const tooOld = call.world.now() / 1000 - message.date > DELETE_WITHIN_SECONDS;
  if (message.from !== 'bot' || (what === 'delete' && tooOld))
    throw badRequest(`message can't be ${what === 'edit' ? 'edited' : 'deleted for everyone'}`);
  return { message, person };
}

function personOf({ world, params }: Call): SimPerson {
  const chat = params.values.chat_id;
  if (chat === undefined || chat === '') throw badRequest('chat_id is empty');
  const person = world.people.get(asNumber(chat) ?? 0);
  if (!person) throw badRequest('chat not found');
  return person;
}

function reachable(call: Call): SimPerson {
  const person = personOf(call);
  if (person.blocked) throw new Refusal(403, 'Forbidden: bot was blocked by the user');
  if (!person.started) throw new Refusal(403, "Forbidden: bot can't initiate conversation with a user");
  return person;
}

function checkText(text: string, max: number, tooLong: string): void {
  if (text.trim() === '') throw badRequest('message text is empty');
  if (text.length > max) throw badRequest(tooLong);
}

function readCaption(values: Readonly<Record<string, unknown>>): Content {
  const caption = asText(values.caption);
  if (caption.length > CAPTION_MAX) throw badRequest('message caption is too long');
  return caption === '' ? {} : { caption };
}

function readFile(call: Call, name: string): SimFile {
  const uploaded = call.params.files.get(name);
  if (!uploaded) return fileNamed(call, asText(call.params.values[name]));
  return keepFile(call.world, uploaded);
}

/** A file known by id, or attached to the call under a name. */
function fileNamed(call: Call, name: string): SimFile {
  const attached = name.startsWith('attach://') ? call.params.files.get(name.slice('attach://'.length)) : undefined;
  if (attached) return keepFile(call.world, attached);
  if (!call.world.file(name)) throw badRequest('wrong file identifier/HTTP URL specified');
  const id = name.replace(/-s$/, '');
  return { file_id: id, file_unique_id: `u${id}` };
}

/** Keeps a file under a new id. */
export function keepFile(world: World, bytes: Buffer): SimFile {
  const id = `file${String(world.files.size + 1).padStart(6, '0')}`;
  world.addFile(id, bytes);
  return { file_id: id, file_unique_id: `u${id}` };
}
