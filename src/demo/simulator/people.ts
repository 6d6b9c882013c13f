import type { MessageEntity } from '@grammyjs/types';
import type { FileKind } from './files.ts';
import { isImage, keepFile } from './files.ts';
import { CALLBACK_DATA_MAX_BYTES, readEntities } from './markup.ts';
import { ApiRefusal, badRequest } from './refusal.ts';
import { samplePhoto } from './samples.ts';
import { asMessage, asUser, membershipUpdate, messageUpdate } from './telegram-format.ts';
import { characters, TEXT_MAX } from './text-length.ts';
import type { Updates } from './updates.ts';
import type { SimFile, SimMessage, SimPerson, World } from './world.ts';
import { CALLBACK_LIFE_MS } from './world.ts';

/** A message as the person's phone shows it. */
export type SeenMessage = {
  readonly message_id: number;
  readonly date: number;
  readonly from: 'bot' | 'person';
  readonly text?: string;
  readonly entities?: readonly MessageEntity[];
  readonly caption?: string;
  readonly photo?: string;
  readonly voice?: number;
  readonly document?: string;
  /** Id of the document's file, for /sim/files. */
  readonly file?: string;
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly buttons: readonly (readonly {
    readonly text: string;
    readonly callback_data?: string;
    readonly url?: string;
    readonly web_app?: string;
  }[])[];
  readonly keyboard: readonly (readonly string[])[];
  readonly edits: number;
};

/** Location that every phone shares: a corner of the demo city. */
const SHARED_LOCATION = { latitude: 31.4552, longitude: 119.4434 };
/** The state that phones act on. `callbacks`: query id → expiry, ms since the epoch. */
export type PhonesState = { readonly world: World; readonly updates: Updates; readonly callbacks: Map<string, number> };

/** Sends a person's message to the bot. */
export function writeToBot(
  id: number,
  body: Readonly<Record<string, unknown>>,
  state: PhonesState,
): { message_id: number } {
  const { world, updates } = state;
  const person = personOf(world, id);
  const content = contentOf(body, person, world);
  // As in Telegram, a message to the bot unblocks and starts it.
  if (person.blocked) setBlocked(id, false, state);
  const started = { ...personOf(world, id), started: true };
  if (!person.started) world.changePerson(started);
  const message = world.addMessage({ chat: id, from: 'person', ...content });
  updates.push(messageUpdate(message, started), `message ${id}`);
  return { message_id: message.message_id };
}

/** Taps a button by its text, or sends forged callback data. */
export function tap(
  id: number,
  body: Readonly<Record<string, unknown>>,
  { world, updates, callbacks }: PhonesState,
): { ok: true } {
  const person = personOf(world, id);
  const message = world.messages.get(Number(body.message_id));
  if (!message || message.deleted || message.chat !== id) throw badRequest('this person sees no such message');
  const buttons = message.inline?.inline_keyboard.flat() ?? [];
  const button = buttons.find(({ text }) => text === body.button);
  const data =
    typeof body.data === 'string' ? body.data : button && 'callback_data' in button ? button.callback_data : undefined;
  if (data === undefined) throw badRequest('this message has no such button');
  const bytes = Buffer.byteLength(data);
  if (bytes < 1 || bytes > CALLBACK_DATA_MAX_BYTES) throw badRequest('callback data has 1 to 64 bytes');
  const query = `q${world.changes}${Math.random().toString(36).slice(2, 8)}`;
  callbacks.set(query, world.now() + CALLBACK_LIFE_MS);
  const callback = {
    id: query,
    from: asUser(person),
    chat_instance: String(id),
    data,
    message: asMessage(message, person),
  };
  updates.push({ callback_query: callback }, `callback ${id}`);
  return { ok: true };
}

/** Blocks or unblocks the bot for a person. */
export function setBlocked(id: number, blocked: boolean, { world, updates }: PhonesState): { ok: true } {
  const person = { ...personOf(world, id), blocked };
  world.changePerson(person);
  updates.push(membershipUpdate(person, Math.floor(world.now() / 1000)), `membership ${id}`);
  return { ok: true };
}

/** Lists the messages that a person sees now, newest last. */
export function messagesOf(id: number, after: number, world: World): readonly SeenMessage[] {
  personOf(world, id);
  return [...world.messages.values()].filter((m) => m.chat === id && !m.deleted && m.message_id > after).map(asSeen);
}

function asSeen(message: SimMessage): SeenMessage {
  const { message_id, date, from, text, entities, caption, photo, voice, document, location, inline, keyboard, edits } =
    message;
  const rows = inline?.inline_keyboard ?? [];
  const buttons = rows.map((row) =>
    row.map((b) => ({
      text: b.text,
      ...('callback_data' in b && b.callback_data ? { callback_data: b.callback_data } : {}),
      ...('url' in b && b.url ? { url: b.url } : {}),
      ...('web_app' in b && b.web_app ? { web_app: b.web_app.url } : {}),
    })),
  );
  return {
    message_id,
    date,
    from,
    ...(text === undefined ? {} : { text }),
    ...(entities?.length ? { entities } : {}),
    ...(caption === undefined ? {} : { caption }),
    ...(photo ? { photo: photo.file_id } : {}),
    ...(voice ? { voice: voice.duration } : {}),
    ...(document ? { document: document.file_name, file: document.file_id } : {}),
    ...(location ? { location } : {}),
    buttons,
    keyboard: keyboard?.keyboard.map((row) => row.map((b) => (typeof b === 'string' ? b : b.text))) ?? [],
    edits,
  };
}

function contentOf(body: Readonly<Record<string, unknown>>, person: SimPerson, world: World): Partial<SimMessage> {
  if (typeof body.text === 'string') return { ...textOrButton(body.text, person, world), ...entitiesOf(body) };
  if (typeof body.photo === 'string') {
    const album = typeof body.album === 'string' ? { media_group_id: body.album } : {};
    const caption = typeof body.caption === 'string' ? { caption: body.caption } : {};
    return { photo: photoFrom(body.photo, world), ...album, ...caption };
  }
  if (typeof body.document === 'string')
    return {
      document: { ...photoFrom(body.document, world, 'document'), file_name: 'photo.jpg', mime_type: 'image/jpeg' },
    };
  if (typeof body.voice === 'number' && body.voice >= 1)
    return { voice: { ...keepFile(world, 'voice', Buffer.from('OggS')), duration: body.voice } };
  if (body.contact === true) return { contact: ownContact(person) };
  const { latitude, longitude } = (body.location ?? {}) as { latitude?: unknown; longitude?: unknown };
  const onGlobe = (value: unknown, max: number): value is number => typeof value === 'number' && Math.abs(value) <= max;
  if (onGlobe(latitude, 90) && onGlobe(longitude, 180)) return { location: { latitude, longitude } };
  throw badRequest('nothing to send: text, location, photo, voice (seconds) or contact');
}

/** Returns the text, or the location or contact if the text is a keyboard button that shares it. */
function textOrButton(text: string, person: SimPerson, world: World): Partial<SimMessage> {
  if (text.trim() === '') throw badRequest('an empty text cannot be sent');
  if (characters(text) > TEXT_MAX) throw badRequest('a phone sends at most 4096 characters in one message');
  const button = world.keyboards
    .get(person.id)
    ?.keyboard.flat()
    .find((b) => typeof b !== 'string' && b.text === text);
  if (button && typeof button !== 'string') {
    if ('request_location' in button && button.request_location) return { location: SHARED_LOCATION };
    if ('request_contact' in button && button.request_contact) return { contact: ownContact(person) };
  }
  const [command] = /^\/\w{1,32}(@\w+)?/.exec(text) ?? [];
  return command ? { text, entities: [{ type: 'bot_command', offset: 0, length: command.length }] } : { text };
}

/** A person may format a text, for example in bold or as a link. */
function entitiesOf({ text, entities }: Readonly<Record<string, unknown>>): Partial<SimMessage> {
  return entities === undefined ? {} : { entities: readEntities(entities, String(text)) };
}

function ownContact({ id, first_name }: SimPerson) {
  // No network assigns this number.
  return { phone_number: `1380000${String(id).slice(-4)}`, first_name, user_id: id };
}

function photoFrom(source: string, world: World, kind: FileKind = 'photo'): SimFile {
  const sample = samplePhoto(source);
  const bytes = sample ?? Buffer.from(source.replace(/^data:[^,]*,/, ''), 'base64');
  if (!isImage(bytes)) {
    throw badRequest('photo must be the name of a sample or an image in base64');
  }
  return keepFile(world, kind, bytes);
}

/** Finds a person; refuses an unknown id. */
export function personOf(world: World, id: number): SimPerson {
  const person = world.people.get(id);
  if (!person) throw new ApiRefusal(404, 'Not Found: there is no such person');
  return person;
}
