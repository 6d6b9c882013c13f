import { createHash } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import type { Point } from '../../engine/input.ts';
import type { Inbound, InboundContent } from '../channel.ts';
import { readStart } from '../read-start.ts';
import { isId } from './oauth.ts';
import type { Opening } from './state.ts';

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
/** Positions of WeChat's map are in GCJ-02. */
type ToWgs84 = (point: Point) => Point;

/** Prefix of the scene when the first scan also follows the account. */
const FIRST_SCAN = 'qrscene_';

/** Reads a decrypted message; undefined for events that mean nothing to a talk, and for XML of another form. */
export function readMessage(xml: string, scheme: 'wechat' | 'wecom', toWgs84: ToWgs84): ReadMessage | undefined {
  const fields = readFields(xml);
  const openid = fields?.get('FromUserName') ?? '';
  if (!fields || !isId(openid)) return undefined;
  const read =
    fields.get('MsgType') === 'event' ? readEvent(fields) : { content: readContent(fields, scheme, toWgs84) };
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
    const root = new DOMParser({ onError }).parseFromString(xml, 'text/xml').documentElement;
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

function readContent(fields: Fields, scheme: string, toWgs84: ToWgs84): InboundContent {
  const of = (name: string) => fields.get(name) ?? '';
  const media = { file: `${scheme}:${of('MediaId')}`, same: of('MsgId') };
  switch (of('MsgType')) {
    case 'text':
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
      return { type: 'location', point: toWgs84({ latitude, longitude }), ...(label ? { caption: label } : {}) };
    }
    default:
      return { type: 'other', what: 'unknown' };
  }
}
