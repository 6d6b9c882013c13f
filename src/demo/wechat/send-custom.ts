import type { ApiAnswer } from '../tencent/api-calls.ts';
import type { MessageContent } from '../tencent/chat-world.ts';
import { livingMedia } from '../tencent/media-files.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { fieldsIn, listIn, textIn } from '../tencent/platform-json.ts';
import type { TextPart } from '../tencent/text-parts.ts';
import { readParts } from '../tencent/text-parts.ts';
import type { WechatAccount } from './account.ts';
import { refuse } from './errors.ts';
import { MENU_SCHEME } from './menu-link.ts';
import { countCall } from './quotas.ts';
import { afterSend } from './reply-window.ts';
import type { WechatWorld } from './world.ts';

const TEXT_MAX_BYTES = 2048;
const MENU_LIST_MAX = 10;

type Parts = { readonly account: WechatAccount; readonly world: WechatWorld };
type ReadContent = (content: Fields | undefined, world: WechatWorld) => MessageContent;

/** Message types that the simulator knows; others are refused as invalid. */
const TYPES: Readonly<Record<string, ReadContent>> = {
  text: (content) => ({ parts: readParts(checkedText(textIn(content, 'content'))) }),
  image: (content, world) => ({ photo: livingMedia(textIn(content, 'media_id'), 'image', world, refuse).id }),
  voice: (content, world) => {
    const { id } = livingMedia(textIn(content, 'media_id'), 'voice', world, refuse);
    return { voice: { media: id, seconds: 0 } };
  },
  news: (content) => {
    const [article, ...others] = listIn(content, 'articles') ?? [];
    if (!article || textIn(article, 'title') === '') throw refuse(44004);
    if (others.length > 0) throw refuse(45002);
    const rows = [{ label: '', value: textIn(article, 'description') }];
    return { card: { title: textIn(article, 'title'), rows, url: textIn(article, 'url') } };
  },
  msgmenu: (content) => ({ parts: menuParts(content) }),
};

/** Sends a customer message. The order of the checks is WeChat's. */
export function sendCustom(body: Fields, parts: Parts): ApiAnswer {
  const { account, world } = parts;
  const type = textIn(body, 'msgtype');
  if (account.kind === 'unverified') throw refuse(48001);
  if (account.kind === 'test' && type === 'msgmenu') throw refuse(40200);
  const person = world.people.get(textIn(body, 'touser'));
  if (!person) throw refuse(40003);
  const read = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (!read) throw refuse(40008);
  const content = read(fieldsIn(body, type), world);
  // A person who does not follow has no window, so WeChat's two refusals for that are one.
  const windows = afterSend(person.windows, world.now());
  countCall('custom', parts);
  world.changePerson(person.id, { windows });
  const { message_id } = world.addMessage(person.id, 'account', content);
  return { json: { errcode: 0, errmsg: 'ok' }, delivered: message_id };
}

function checkedText(text: string): string {
  if (text.trim() === '') throw refuse(44004);
  if (Buffer.byteLength(text) > TEXT_MAX_BYTES) throw refuse(45002);
  return text;
}

function menuParts(content: Fields | undefined): readonly TextPart[] {
  const list = listIn(content, 'list') ?? [];
  if (list.length === 0) throw refuse(44004);
  if (list.length > MENU_LIST_MAX) throw refuse(45098);
  const items = list.map((item) => {
    const id = item.id;
    if (typeof id !== 'string' && typeof id !== 'number') throw refuse(47001);
    const text = checkedText(textIn(item, 'content'));
    return { text, href: MENU_SCHEME, tap: { content: text, id: String(id) } };
  });
  const [head, tail] = [textIn(content, 'head_content'), textIn(content, 'tail_content')];
  checkedText([head, ...items.map(({ text }) => text), tail].join('\n'));
  const lines: readonly (readonly TextPart[])[] = [readParts(head), ...items.map((item) => [item]), readParts(tail)];
  return lines.filter((line) => line.length > 0).flatMap((line, i) => (i === 0 ? line : [{ text: '\n' }, ...line]));
}
