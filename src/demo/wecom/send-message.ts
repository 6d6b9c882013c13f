import { randomBytes } from 'node:crypto';
import type { ApiAnswer } from '../tencent/api-calls.ts';
import type { MessageContent } from '../tencent/chat-world.ts';
import { livingMedia } from '../tencent/media-files.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { fieldsIn, textIn } from '../tencent/platform-json.ts';
import { readParts } from '../tencent/text-parts.ts';
import type { WecomApp } from './app.ts';
import { cutToBytes } from './cut-text.ts';
import { refuse } from './errors.ts';
import { reaches } from './member-pace.ts';
import { readCard } from './read-card.ts';
import { makeResponseCode } from './response-codes.ts';
import type { WecomWorld } from './world.ts';

const TEXT_MAX_BYTES = 2048;
const TITLE_MAX_BYTES = 128;
const DESCRIPTION_MAX_BYTES = 512;
const RECEIVERS_MAX = 1000;
const TASK_ID = /^[\w@-]{1,128}$/;
const SAME_SECONDS = 1800;
const SAME_MAX_SECONDS = 4 * 3600;

type Parts = { readonly app: WecomApp; readonly world: WecomWorld };
type ReadContent = (content: Fields | undefined, world: WecomWorld) => MessageContent;

/** Message types that the simulator knows; others are refused as invalid. Long texts are cut without a word. */
const TYPES: Readonly<Record<string, ReadContent>> = {
  text: (content) => {
    const text = textIn(content, 'content');
    if (text.trim() === '') throw refuse(44004);
    return { parts: readParts(cutToBytes(text, TEXT_MAX_BYTES)) };
  },
  textcard: (content) => {
    const [title, description, url] = ['title', 'description', 'url'].map((name) => textIn(content, name));
    if (!title || !description) throw refuse(44004);
    if (!url || !/^https?:\/\//.test(url)) throw refuse(40035, ' url');
    const rows = [{ label: '', value: cutToBytes(description, DESCRIPTION_MAX_BYTES) }];
    return { card: { title: cutToBytes(title, TITLE_MAX_BYTES), rows, url } };
  },
  image: (content, world) => ({ photo: livingMedia(textIn(content, 'media_id'), 'image', world, refuse).id }),
  file: (content, world) => {
    const { name = '' } = livingMedia(textIn(content, 'media_id'), 'file', world, refuse);
    return { card: { title: name, rows: [] } };
  },
  template_card: (card) => ({ card: { ...readCard(card), taskId: textIn(card, 'task_id') } }),
};

/** Sends a message to members. `json` is the body as it came, for the check of duplicates. */
export function sendMessage(body: Fields, json: string, { app, world }: Parts): ApiAnswer {
  if (typeof body.agentid !== 'number') throw refuse(40056);
  if (body.agentid !== app.agentid) throw refuse(301002);
  const { members, invaliduser } = receivers(body, world);
  if (members.length === 0) throw refuse(81013);
  const type = textIn(body, 'msgtype');
  const read = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (!read) throw refuse(40008);
  const content = read(fieldsIn(body, type), world);
  const taskId = content.card?.taskId;
  const before = sameJson(body, json, world);
  if (before) return { json: { errcode: 0, errmsg: 'ok', msgid: before } };
  if (taskId !== undefined && (!TASK_ID.test(taskId) || world.tasks.get(taskId))) throw refuse(42014);
  const msgid = randomBytes(32).toString('base64url');
  const sent = members.filter((id) => reaches(id, world)).map((id) => world.addMessage(id, 'account', content));
  const messages = Object.fromEntries(sent.map(({ chat, message_id }) => [chat, message_id]));
  if (taskId !== undefined) world.tasks.put(taskId, messages);
  world.sentJson.put(json, { at: world.now(), msgid });
  const code = taskId === undefined ? {} : { response_code: makeResponseCode(messages, world) };
  const invalid = invaliduser.length > 0 ? { invaliduser: invaliduser.join('|') } : {};
  const delivered = sent[0]?.message_id;
  return {
    json: { errcode: 0, errmsg: 'ok', ...invalid, msgid, ...code },
    ...(delivered === undefined ? {} : { delivered }),
  };
}

/** Only members to whom the app is shown receive messages. The company has no departments or tags. */
function receivers(body: Fields, world: WecomWorld) {
  const names = textIn(body, 'touser').split('|').filter(Boolean);
  if (names.length > RECEIVERS_MAX) throw refuse(40035, ' touser');
  const visible = world.people.all().filter(({ sees }) => sees);
  if (names.includes('@all')) return { members: visible.map(({ id }) => id), invaliduser: [] };
  // WeCom compares the ids of members without regard to case.
  const found = names.map((name) => visible.find(({ id }) => id.toLowerCase() === name.toLowerCase())?.id);
  return {
    members: [...new Set(found.filter((id) => id !== undefined))],
    invaliduser: names.filter((_, i) => found[i] === undefined),
  };
}

/** Returns the id of an equal message, if the caller asks for the check of duplicates. */
function sameJson(body: Fields, json: string, world: WecomWorld): string | undefined {
  if (body.enable_duplicate_check !== 1) return undefined;
  const asked = body.duplicate_check_interval;
  const seconds = Math.min(SAME_MAX_SECONDS, typeof asked === 'number' ? asked : SAME_SECONDS);
  const before = world.sentJson.get(json);
  return before && world.now() < before.at + seconds * 1000 ? before.msgid : undefined;
}
