import { checkMenu } from '../tencent/account-menu.ts';
import type { ApiAnswer, ApiRequest } from '../tencent/api-calls.ts';
import { asFile, readUpload } from '../tencent/media-files.ts';
import { takeCode } from '../tencent/oauth.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { parsePlatformJson } from '../tencent/platform-json.ts';
import { checkToken, getToken } from './access-tokens.ts';
import { refuse } from './errors.ts';
import type { PhonesState } from './notify-app.ts';
import { sendMessage } from './send-message.ts';
import { updateCard } from './update-card.ts';

/** Path of the call that fetches a token. */
export const TOKEN_PATH = '/cgi-bin/gettoken';

const MEGABYTE = 1024 * 1024;
const UPLOADS = { image: [10 * MEGABYTE, 40006], voice: [2 * MEGABYTE, 40006], file: [20 * MEGABYTE, 40006] } as const;
/** An escape in JSON that is no escaped backslash. */
const UNICODE_ESCAPE = /(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}/;

type Call = (request: ApiRequest, state: PhonesState) => ApiAnswer | Promise<ApiAnswer>;

/** Calls with a token, by method and path. */
const CALLS: Readonly<Record<string, readonly [method: 'GET' | 'POST', call: Call]>> = {
  '/cgi-bin/message/send': ['POST', (request, state) => sendMessage(readJson(request), request.body.toString(), state)],
  '/cgi-bin/message/update_template_card': ['POST', (request, state) => updateCard(readJson(request), state)],
  '/cgi-bin/menu/create': ['POST', createMenu],
  '/cgi-bin/media/upload': ['POST', uploadMedia],
  '/cgi-bin/media/get': ['GET', getMedia],
  '/cgi-bin/auth/getuserinfo': ['GET', getUserInfo],
};

/** Runs one call of WeCom's API. Undefined if there is no such path. */
export async function runWecomCall(request: ApiRequest, state: PhonesState): Promise<ApiAnswer | undefined> {
  const { path, method, query } = request;
  if (path === TOKEN_PATH) {
    if (method !== 'GET') throw refuse(43001);
    checkAddress(state);
    return { json: getToken(query, state) };
  }
  const [wanted, call] = (Object.hasOwn(CALLS, path) ? CALLS[path] : undefined) ?? [];
  if (!call) return undefined;
  if (method !== wanted) throw refuse(wanted === 'POST' ? 43002 : 43001);
  checkToken(query.get('access_token'), state.world);
  checkAddress(state);
  return call(request, state);
}

/** All calls come from this machine, so the app's list decides. */
function checkAddress({ app }: PhonesState): void {
  if (!app.addresses.includes('127.0.0.1')) throw refuse(60020);
}

function readJson({ body }: ApiRequest): Fields {
  const text = body.toString();
  if (UNICODE_ESCAPE.test(text)) throw refuse(40033);
  const parsed = parsePlatformJson(text);
  if (!parsed) throw refuse(47001);
  return parsed;
}

function createMenu(request: ApiRequest, { app, world }: PhonesState): ApiAnswer {
  if (request.query.get('agentid') !== String(app.agentid)) throw refuse(301002);
  const body = readJson(request);
  checkMenu(body, refuse);
  world.menu.put('menu', body);
  return { json: { errcode: 0, errmsg: 'ok' } };
}

async function uploadMedia(request: ApiRequest, { world }: PhonesState): Promise<ApiAnswer> {
  const { kind, bytes, name } = await readUpload(request, UPLOADS, refuse);
  const { id, createdAt } = world.addMedia(bytes, kind === 'file' ? name : undefined);
  const created_at = String(Math.floor(createdAt / 1000));
  return { json: { errcode: 0, errmsg: 'ok', type: kind, media_id: id, created_at } };
}

function getMedia({ query }: ApiRequest, { world }: PhonesState): ApiAnswer {
  const id = query.get('media_id') ?? '';
  if (id === '') throw refuse(41006);
  const media = world.livingMedia(id);
  if (!media) throw refuse(40007);
  return asFile(media);
}

/** Names the member behind a code: once, within five minutes. */
function getUserInfo({ query }: ApiRequest, { world }: PhonesState): ApiAnswer {
  const code = query.get('code') ?? '';
  if (code === '') throw refuse(41008);
  const taken = takeCode(code, world);
  if (taken.type !== 'taken') throw refuse(40029);
  return { json: { errcode: 0, errmsg: 'ok', userid: taken.person } };
}
