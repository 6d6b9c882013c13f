import { checkMenu } from '../tencent/account-menu.ts';
import type { ApiAnswer, ApiRequest } from '../tencent/api-calls.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { parsePlatformJson } from '../tencent/platform-json.ts';
import { checkToken, stableToken } from './access-tokens.ts';
import { refuse } from './errors.ts';
import { getMedia, uploadMedia } from './media-calls.ts';
import type { PhonesState } from './notify-account.ts';
import { postEvent } from './notify-account.ts';
import { exchangeCode } from './oauth.ts';
import { createQrCode } from './qr-codes.ts';
import { sendCustom } from './send-custom.ts';
import { sendSubscription, sendTemplate } from './send-notice.ts';

/** Path of the call that fetches a token. */
export const TOKEN_PATH = '/cgi-bin/stable_token';

/** Calls with a token and a JSON body. */
const JSON_CALLS: Readonly<Record<string, (body: Fields, state: PhonesState) => ApiAnswer>> = {
  '/cgi-bin/message/custom/send': sendCustom,
  '/cgi-bin/message/template/send': (body, state) =>
    sendTemplate(body, state, ({ id }, MsgID) =>
      postEvent(id, 'TEMPLATESENDJOBFINISH', { MsgID, Status: 'success' }, state, { silent: true }),
    ),
  '/cgi-bin/message/subscribe/bizsend': sendSubscription,
  '/cgi-bin/qrcode/create': createQrCode,
  '/cgi-bin/menu/create': (body, { account, world }) => {
    if (account.kind === 'unverified') throw refuse(48001);
    checkMenu(body, refuse);
    world.menu.put('menu', body);
    return { json: { errcode: 0, errmsg: 'ok' } };
  },
};

/** Runs one call of WeChat's API, with the checks in WeChat's order. Undefined if there is no such path. */
export async function runWechatCall(request: ApiRequest, state: PhonesState): Promise<ApiAnswer | undefined> {
  const { path, method } = request;
  if (path === '/sns/oauth2/access_token') {
    if (method !== 'GET' && method !== 'POST') throw refuse(43001);
    return exchangeCode(request, state);
  }
  if (path === TOKEN_PATH) {
    if (method !== 'POST') throw refuse(43002);
    checkAddress(state);
    return { json: stableToken(readJson(request), state) };
  }
  const jsonCall = Object.hasOwn(JSON_CALLS, path) ? JSON_CALLS[path] : undefined;
  if (jsonCall) {
    if (method !== 'POST') throw refuse(43002);
    checkCaller(request, state);
    return jsonCall(readJson(request), state);
  }
  if (path === '/cgi-bin/media/upload') {
    if (method !== 'POST') throw refuse(43002);
    checkCaller(request, state);
    return uploadMedia(request, state);
  }
  if (path === '/cgi-bin/media/get') {
    if (method !== 'GET') throw refuse(43001);
    checkCaller(request, state);
    return getMedia(request, state);
  }
  return undefined;
}

function checkCaller({ query }: ApiRequest, state: PhonesState): void {
  checkToken(query.get('access_token'), state.world);
  checkAddress(state);
}

/** All calls come from this machine, so the account's list decides. */
function checkAddress({ account }: PhonesState): void {
  const caller = '127.0.0.1';
  if (!account.addresses.includes(caller)) throw refuse(40164, ` ${caller} ipv6 ::ffff:${caller}, not in whitelist`);
}

function readJson({ body }: ApiRequest): Fields {
  const parsed = parsePlatformJson(body.toString());
  if (!parsed) throw refuse(47001);
  return parsed;
}
