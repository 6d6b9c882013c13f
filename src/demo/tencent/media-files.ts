import { parseParams } from '../simulator/params.ts';
import type { ApiAnswer, ApiRequest } from './api-calls.ts';
import type { ChatMedia, ChatPerson, ChatWorld } from './chat-world.ts';
import type { Errcode } from './errcode.ts';
import { formatOf } from './media-formats.ts';

type Refuse = (errcode: number) => Errcode;
/** The largest file of each kind, bytes, and the errcode above. */
export type UploadLimits = Readonly<Record<string, readonly [maxBytes: number, tooLarge: number]>>;

/** Reads an uploaded file of a kind that the platform takes. Any bytes may be a `file`. */
export async function readUpload({ query, body, type }: ApiRequest, limits: UploadLimits, refuse: Refuse) {
  const kind = query.get('type') ?? '';
  const limit = Object.hasOwn(limits, kind) ? limits[kind] : undefined;
  if (!limit) throw refuse(40004);
  const form = await parseParams(body, type, {}).catch(() => undefined);
  const upload = form?.files.get('media');
  if (!upload || upload.bytes.length === 0) throw refuse(41005);
  if (kind !== 'file' && formatOf(upload.bytes)?.kind !== kind) throw refuse(40005);
  const [maxBytes, tooLarge] = limit;
  if (upload.bytes.length > maxBytes) throw refuse(tooLarge);
  return { kind, ...upload };
}

/** Finds media of a kind that have not ended; refuses others. Only documents have a name. */
export function livingMedia(
  id: string,
  kind: 'image' | 'voice' | 'file',
  world: ChatWorld<ChatPerson>,
  refuse: Refuse,
): ChatMedia {
  const media = world.livingMedia(id);
  if (!media) throw refuse(40007);
  const found = media.name === undefined ? formatOf(Buffer.from(media.base64, 'base64'))?.kind : 'file';
  if (found !== kind) throw refuse(40007);
  return media;
}

/** Answers with the bytes of media. */
export function asFile({ id, base64, name }: ChatMedia): ApiAnswer {
  const bytes = Buffer.from(base64, 'base64');
  const { type, ending } = formatOf(bytes) ?? { type: 'application/octet-stream', ending: 'bin' };
  return { file: { bytes, type, name: name ?? `${id}.${ending}` } };
}
