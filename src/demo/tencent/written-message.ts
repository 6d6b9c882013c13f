import { fromWgs84 } from '../../regions/datum.ts';
import { badRequest } from '../simulator/refusal.ts';
import type { ChatPerson, ChatWorld, MessageContent } from './chat-world.ts';
import { silentAmr } from './media-formats.ts';
import type { Fields } from './platform-json.ts';
import { sentPhoto } from './sent-photo.ts';
import type { XmlContent } from './xml.ts';

const TEXT_MAX_BYTES = 16_384;
const VOICE_MAX_SECONDS = 60;
const COPIES_MAX = 10;

/** A message that a person writes: its look on the phone, and the elements of its callback. */
export type WrittenMessage = {
  readonly type: string;
  readonly shown: MessageContent;
  readonly elements: { readonly [name: string]: XmlContent };
  /** Deliveries of its callback at once. */
  readonly copies: number;
};
type Files = { readonly world: ChatWorld<ChatPerson>; readonly pictureUrl: (media: string) => string };

/** Reads the message that a test or the phones page lets a person write. */
export function writtenMessage(body: Fields, files: Files): WrittenMessage {
  const copies = body.copies ?? 1;
  if (typeof copies !== 'number' || !Number.isInteger(copies) || copies < 1 || copies > COPIES_MAX)
    throw badRequest(`copies must be a whole number from 1 to ${COPIES_MAX}`);
  return { ...writtenContent(body, files), copies };
}

function writtenContent(body: Fields, { world, pictureUrl }: Files): Omit<WrittenMessage, 'copies'> {
  if (typeof body.text === 'string') {
    if (body.text.trim() === '') throw badRequest('an empty text cannot be sent');
    if (Buffer.byteLength(body.text) > TEXT_MAX_BYTES) throw badRequest('a phone sends no text as long as this');
    // A person's words hold no links: tags are rendered only in messages of accounts.
    return { type: 'text', shown: { parts: [{ text: body.text }] }, elements: { Content: body.text } };
  }
  if (typeof body.photo === 'string') {
    const { id } = world.addMedia(sentPhoto(body.photo));
    return { type: 'image', shown: { photo: id }, elements: { PicUrl: pictureUrl(id), MediaId: id } };
  }
  if (typeof body.voice === 'number' && body.voice >= 1 && body.voice <= VOICE_MAX_SECONDS) {
    const { id } = world.addMedia(silentAmr(body.voice));
    const shown = { voice: { media: id, seconds: body.voice } };
    return { type: 'voice', shown, elements: { MediaId: id, Format: 'amr' } };
  }
  return body.link === undefined ? writtenPlace(body) : writtenLink(body);
}

/** A page that another app shares, such as a place of a map. */
function writtenLink({ link }: Fields): Omit<WrittenMessage, 'copies'> {
  const { title = '', description = '', url } = (link ?? {}) as Fields; // checked below
  if (typeof title !== 'string' || typeof description !== 'string' || typeof url !== 'string' || !URL.canParse(url))
    throw badRequest('a link has a title, a description and a URL');
  const shown = { card: { title: title || url, rows: description ? [{ label: '', value: description }] : [], url } };
  return { type: 'link', shown, elements: { Title: title, Description: description, Url: url } };
}

/** A phone finds its place in WGS-84; the account gets the place on Chinese maps, GCJ-02. */
function writtenPlace({ location }: Fields): Omit<WrittenMessage, 'copies'> {
  const { latitude, longitude, label = '' } = (location ?? {}) as Fields; // checked below
  const onGlobe = (value: unknown, max: number): value is number => typeof value === 'number' && Math.abs(value) <= max;
  if (!onGlobe(latitude, 90) || !onGlobe(longitude, 180) || typeof label !== 'string')
    throw badRequest('nothing to send: text, location, link, photo or voice (1 to 60 seconds)');
  const shifted = fromWgs84({ latitude, longitude }, 'gcj02');
  const place = { Location_X: shifted.latitude, Location_Y: shifted.longitude, Scale: 16, Label: label };
  return { type: 'location', shown: { location: { latitude, longitude, label } }, elements: place };
}
