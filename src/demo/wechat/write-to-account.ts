import { fromWgs84 } from '../../regions/datum.ts';
import { ApiRefusal, badRequest } from '../simulator/refusal.ts';
import { silentAmr } from '../tencent/media-formats.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { sentPhoto } from '../tencent/sent-photo.ts';
import type { XmlContent } from '../tencent/xml.ts';
import type { PhonesState } from './notify-account.ts';
import { postMessage } from './notify-account.ts';
import { openedBy } from './reply-window.ts';
import type { MessageContent } from './world.ts';

const TEXT_MAX_BYTES = 16_384;
const VOICE_MAX_SECONDS = 60;
const COPIES_MAX = 10;

/** A message: its look on the phone, and the elements of its callback. */
type Written = {
  readonly type: string;
  readonly shown: MessageContent;
  readonly elements: { readonly [name: string]: XmlContent };
};

/** Sends a follower's message to the account and opens her window of 48 hours. `copies`: deliveries at once. */
export function writeToAccount(openid: string, body: Fields, state: PhonesState): { readonly message_id: number } {
  const { world } = state;
  const person = world.personOf(openid);
  if (!person.follows) throw new ApiRefusal(403, 'Forbidden: only a follower can write to the account');
  const copies = body.copies ?? 1;
  if (typeof copies !== 'number' || !Number.isInteger(copies) || copies < 1 || copies > COPIES_MAX)
    throw badRequest(`copies must be a whole number from 1 to ${COPIES_MAX}`);
  const { type, shown, elements } = written(body, state);
  world.changePerson(openid, { windows: openedBy('said', person.windows, world.now()) });
  const { message_id } = world.addMessage(openid, 'person', shown);
  postMessage(openid, type, elements, state, copies);
  return { message_id };
}

function written(body: Fields, { world, pictureUrl }: PhonesState): Written {
  if (typeof body.text === 'string') {
    if (body.text.trim() === '') throw badRequest('an empty text cannot be sent');
    if (Buffer.byteLength(body.text) > TEXT_MAX_BYTES) throw badRequest('a phone sends no text as long as this');
    // A person's words hold no links: WeChat renders tags only in messages of accounts.
    return { type: 'text', shown: { parts: [{ text: body.text }] }, elements: { Content: body.text } };
  }
  if (typeof body.photo === 'string') {
    const { id } = world.addMedia(sentPhoto(body.photo));
    return { type: 'image', shown: { photo: id }, elements: { PicUrl: pictureUrl(id), MediaId: id } };
  }
  if (typeof body.voice === 'number' && body.voice >= 1 && body.voice <= VOICE_MAX_SECONDS) {
    const { id } = world.addMedia(silentAmr(body.voice));
    const shown = { voice: { media: id, seconds: body.voice } };
    return { type: 'voice', shown, elements: { MediaId: id, Format: 'amr', MediaId16K: id } };
  }
  return writtenPlace(body);
}

/** A phone finds its place in WGS-84; WeChat tells the account the place on Chinese maps, GCJ-02. */
function writtenPlace({ location }: Fields): Written {
  const { latitude, longitude, label = '' } = (location ?? {}) as Fields; // checked below
  const onGlobe = (value: unknown, max: number): value is number => typeof value === 'number' && Math.abs(value) <= max;
  if (!onGlobe(latitude, 90) || !onGlobe(longitude, 180) || typeof label !== 'string')
    throw badRequest('nothing to send: text, location, photo or voice (1 to 60 seconds)');
  const shifted = fromWgs84({ latitude, longitude }, 'gcj02');
  const place = { Location_X: shifted.latitude, Location_Y: shifted.longitude, Scale: 16, Label: label };
  return { type: 'location', shown: { location: { latitude, longitude, label } }, elements: place };
}
