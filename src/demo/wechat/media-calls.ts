import { DAY_MS } from '../../calendar.ts';
import { parseParams } from '../simulator/params.ts';
import type { ApiAnswer, ApiRequest } from '../tencent/api-calls.ts';
import { formatOf } from '../tencent/media-formats.ts';
import type { WechatAccount } from './account.ts';
import { refuse } from './errors.ts';
import { countCall } from './quotas.ts';
import type { WechatMedia, WechatWorld } from './world.ts';

const LIFE_MS = 3 * DAY_MS;
const MEGABYTE = 1024 * 1024;
/** The largest files, bytes, and the errcode above. */
const LIMITS = { image: [10 * MEGABYTE, 40009], voice: [2 * MEGABYTE, 40010] } as const;

type Parts = { readonly account: WechatAccount; readonly world: WechatWorld };

/** Finds media that have not ended; refuses others. */
export function livingMedia(id: string, kind: 'image' | 'voice', world: WechatWorld): WechatMedia {
  const media = world.media.get(id);
  const isAlive = media && world.now() < media.createdAt + LIFE_MS;
  if (!isAlive || formatOf(Buffer.from(media.base64, 'base64'))?.kind !== kind) throw refuse(40007);
  return media;
}

/** Keeps an uploaded file for three days. */
export async function uploadMedia({ query, body, type }: ApiRequest, parts: Parts): Promise<ApiAnswer> {
  const { account, world } = parts;
  if (account.kind === 'unverified') throw refuse(48001);
  const kind = query.get('type');
  if (kind !== 'image' && kind !== 'voice') throw refuse(40004);
  const form = await parseParams(body, type, {}).catch(() => undefined);
  const bytes = form?.files.get('media')?.bytes;
  if (!bytes || bytes.length === 0) throw refuse(41005);
  if (formatOf(bytes)?.kind !== kind) throw refuse(40005);
  const [maxBytes, tooLarge] = LIMITS[kind];
  if (bytes.length > maxBytes) throw refuse(tooLarge);
  countCall('upload', parts);
  const { id, createdAt } = world.addMedia(bytes);
  return { json: { type: kind, media_id: id, created_at: Math.floor(createdAt / 1000) } };
}

/** Returns a file that a person sent or the account uploaded. */
export function getMedia({ query }: ApiRequest, parts: Parts): ApiAnswer {
  const { account, world } = parts;
  if (account.kind === 'unverified') throw refuse(48001);
  const id = query.get('media_id') ?? '';
  if (id === '') throw refuse(41006);
  const media = world.media.get(id);
  if (!media || world.now() >= media.createdAt + LIFE_MS) throw refuse(40007);
  countCall('download', parts);
  const bytes = Buffer.from(media.base64, 'base64');
  const { type, ending } = formatOf(bytes) ?? { type: 'application/octet-stream', ending: 'bin' };
  return { file: { bytes, type, name: `${id}.${ending}` } };
}
