import type { Outgoing, ReadFile } from '../channel.ts';
import { readAttached, readFileRef } from '../channel.ts';
import type { TokenApi } from './api.ts';

export type Media = { readonly type: 'image' | 'voice'; readonly id: string };

/**
 * The media id of a message's photo or voice; one of the platform's own is used as it is. Undefined if there is none to show.
 * A file that cannot be uploaded does not take its words along: only a message without words fails with it.
 */
export async function mediaOf(
  message: Outgoing,
  scheme: 'wechat' | 'wecom',
  api: TokenApi,
  readFile: ReadFile,
): Promise<Media | undefined> {
  return upload(message, scheme, api, readFile).catch((error: unknown) => {
    if (message.text === '') throw error;
    return undefined;
  });
}

async function upload(
  message: Outgoing,
  scheme: 'wechat' | 'wecom',
  api: TokenApi,
  readFile: ReadFile,
): Promise<Media | undefined> {
  const { photo, voice, file } = message;
  const type = voice === undefined ? 'image' : 'voice';
  if (file?.picture) return { type, id: await api.upload(type, Buffer.from(file.text, 'base64'), file.name) };
  const ref = photo ?? voice;
  if (ref === undefined) return undefined;
  const own = readFileRef(ref);
  if (own.scheme === scheme) {
    // An id lives three days; afterwards the copy is uploaded again.
    const alive = await api.download(own.id).catch(() => undefined);
    if (alive) return { type, id: own.id };
  }
  const bytes = await readAttached(message, readFile);
  // The platform plays AMR only.
  if (!bytes || (type === 'voice' && !Buffer.from(bytes.subarray(0, 5)).equals(Buffer.from('#!AMR')))) return undefined;
  return { type, id: await api.upload(type, bytes, type === 'image' ? 'photo.jpg' : 'voice.amr') };
}
