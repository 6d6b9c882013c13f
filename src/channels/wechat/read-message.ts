import { createHash } from 'node:crypto';
import type { Point } from '../../engine/input.ts';
import { onUse } from '../../on-use.ts';
import type { Inbound, InboundContent } from '../channel.ts';
import { readStart } from '../read-start.ts';
import { isId } from './oauth.ts';
import type { Opening } from './state.ts';

const library = onUse<Pick<typeof import('@xmldom/xmldom'), 'DOMParser'>>('@xmldom/xmldom');

/**
 * A message or event of a person. `tap`: the offer whose link was tapped. `code`: with it the tapped card is changed once.
 */
export type ReadMessage = {
  readonly inbound: Inbound;
  readonly opens?: Opening;
  readonly tap?: string;
  readonly code?: string;
};

type Fields = ReadonlyMap<string, string>;
/** How places of the platforms are read. Positions of their own maps are in GCJ-02. */
export type Maps = {
  readonly toWgs84: (point: Point) => Point;
  /** The place of a map's link, in WGS-84. `short`: a map's link without coordinates; `foreign`: a link of no map. */
  readonly readLink: (
    url: string,
  ) =>
    | { readonly type: 'place'; readonly point: Point; readonly name?: string }
    | { readonly type: 'short' | 'foreign' }
    | undefined;
};
/** The text that WeChat sends in place of a sticker, a card or another content that accounts do not get. */
const UNSUPPORTED = '【收到不支持的消息类型，暂无法显示】';

/** Prefix of the scene when the first scan also follows the account. */
const FIRST_SCAN = 'qrscene_';

/** Reads a decrypted message; undefined for events that mean nothing to a talk, and for XML of another form. */
export function readMessage(xml: string, scheme: 'wechat' | 'wecom', maps: Maps): ReadMessage | undefined {
  const fields = readFields(xml);
  const openid = fields?.get('FromUserName') ?? '';
  if (!fields || !isId(openid)) return undefined;
  const read = fields.get('MsgType') === 'event' ? readEvent(fields) : { content: readContent(fields, scheme, maps) };
  if (!read) return undefined;
  const { content, opens = tapOf(fields) === undefined ? ('said' as const) : ('touched' as const) } = read;
  const tap = tapOf(fields);
  const inbound: Inbound = {
    id: `${scheme}:${idOf(fields, openid)}`,
    from: `${scheme}:${openid}`,
    at: Number(fields.get('CreateTime')) * 1000,
    content,
    ...(content.type === 'choice' ? { tapped: fields.get('TaskId') ?? '' } : {}),
  };
  const code = fields.get('ResponseCode');
  const isGone = content.type === 'membership' && !content.reachable;
  return { inbound, ...(isGone ? {} : { opens }), ...(tap === undefined ? {} : { tap }), ...(code ? { code } : {}) };
}

/** The children of the root as texts; undefined for a document type, malformed XML or another root. */
function readFields(xml: string): Fields | undefined {
  if (/<!DOCTYPE/i.test(xml)) return undefined;
  try {
    const onError = (_level: string, message: string) => {
      throw new Error(message);
    };
    const root = new (library().DOMParser)({ onError }).parseFromString(xml, 'text/xml').documentElement;
    if (root?.nodeName !== 'xml') return undefined;
    return new Map([...root.childNodes].map((child) => [child.nodeName, child.textContent ?? '']));
  } catch {
    return undefined;
  }
}

/** A tap on a link of ours: the client sends its words, and the id of its offer. */
function tapOf(fields: Fields): string | undefined {
  return fields.get('bizmsgmenuid') || undefined;
}

/**
 * A message has an id of its own. An event has none: its person, second, kind and key name it.
 * Hashed, because operation ids outlive a forgotten person.
 */
function idOf(fields: Fields, openid: string): string {
  const id = fields.get('MsgId');
  if (id) return id;
  const named = [openid, ...['CreateTime', 'Event', 'EventKey', 'ResponseCode'].map((name) => fields.get(name) ?? '')];
  return createHash('sha256').update(named.join('\n')).digest('base64url').slice(0, 22);
}

function readEvent(fields: Fields): { readonly content: InboundContent; readonly opens?: Opening } | undefined {
  const key = fields.get('EventKey') ?? '';
  switch (fields.get('Event')) {
    case 'subscribe':
      return { content: startOf(key.startsWith(FIRST_SCAN) ? key.slice(FIRST_SCAN.length) : ''), opens: 'touched' };
    case 'SCAN':
      return { content: startOf(key), opens: 'touched' };
    case 'CLICK':
    case 'click':
      return { content: { type: 'text', text: key }, opens: 'touched' };
    case 'template_card_event':
      return { content: { type: 'choice', id: key } };
    case 'unsubscribe':
      return { content: { type: 'membership', reachable: false } };
    default:
      return undefined;
  }
}

function startOf(scene: string): InboundContent {
  return { type: 'start', payload: /^[\w-]{0,64}$/.test(scene) ? scene : '' };
}

function readContent(fields: Fields, scheme: string, maps: Maps): InboundContent {
  const of = (name: string) => fields.get(name) ?? '';
  const media = { file: `${scheme}:${of('MediaId')}`, same: of('MsgId') };
  switch (of('MsgType')) {
    case 'text':
      if (of('Content') === UNSUPPORTED) return { type: 'other', what: 'unknown' };
      return readStart(of('Content')) ?? { type: 'text', text: of('Content') };
    case 'image':
      return { type: 'photo', photo: media };
    case 'voice':
      // WeChat does not say how long it is.
      return { type: 'voice', voice: media, seconds: 0 };
    case 'location': {
      const [latitude, longitude] = [Number(of('Location_X')), Number(of('Location_Y'))];
      if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return { type: 'other', what: 'unknown' };
      const label = of('Label');
      return placeOf(maps.toWgs84({ latitude, longitude }), label);
    }
    case 'link':
      return readLink(of('Title'), of('Description'), of('Url'), maps);
    default:
      return { type: 'other', what: 'unknown' };
  }
}

/** A shared link: the place of a map, else its words. Those of a map name the place, so its address is left out. */
function readLink(title: string, description: string, url: string, maps: Maps): InboundContent {
  const read = maps.readLink(url);
  if (read?.type === 'place') return placeOf(read.point, read.name ?? title);
  // Some apps repeat the address, or another form of it, as the description.
  const words = [title, description].map((one) => one.trim()).filter((one) => one !== '' && !URL.canParse(one));
  const text = [...new Set(words), ...(read?.type === 'foreign' ? [url] : [])].join('\n');
  return text === '' ? { type: 'other', what: 'unknown' } : { type: 'text', text };
}

function placeOf(point: Point, name: string): InboundContent {
  const caption = name.trim();
  return { type: 'location', point, exact: true, ...(caption ? { caption } : {}) };
}
