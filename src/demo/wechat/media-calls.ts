import type { ApiAnswer, ApiRequest } from '../tencent/api-calls.ts';
import { asFile, readUpload } from '../tencent/media-files.ts';
import type { WechatAccount } from './account.ts';
import { refuse } from './errors.ts';
import { countCall } from './quotas.ts';
import type { WechatWorld } from './world.ts';

const MEGABYTE = 1024 * 1024;
const LIMITS = { image: [10 * MEGABYTE, 40009], voice: [2 * MEGABYTE, 40010] } as const;

type Parts = { readonly account: WechatAccount; readonly world: WechatWorld };

/** Keeps an uploaded file for three days. */
export async function uploadMedia(request: ApiRequest, parts: Parts): Promise<ApiAnswer> {
  const { account, world } = parts;
  if (account.kind === 'unverified') throw refuse(48001);
  const { kind, bytes } = await readUpload(request, LIMITS, refuse);
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
  const media = world.livingMedia(id);
  if (!media) throw refuse(40007);
  countCall('download', parts);
  return asFile(media);
}
