import { randomBytes } from 'node:crypto';
import { MINUTE_MS } from '../../calendar.ts';
import type { ApiAnswer, ApiRequest } from '../tencent/api-calls.ts';
import type { WechatAccount } from './account.ts';
import { refuse } from './errors.ts';
import type { WechatWorld } from './world.ts';

/** Path of the page that gives a web page a code. */
export const AUTHORIZE_PATH = '/connect/oauth2/authorize';
const CODE_LIFE_MS = 5 * MINUTE_MS;
const SCOPES = ['snsapi_base', 'snsapi_userinfo'];

type Parts = { readonly account: WechatAccount; readonly world: WechatWorld };

/** Returns the address to which WeChat's browser leads a person, or the words of its error page. */
export function authorize(query: URLSearchParams, openid: string, { account, world }: Parts) {
  if (account.kind === 'unverified' || query.get('appid') !== account.appid) return { words: 'appid 参数错误' };
  const target = URL.parse(query.get('redirect_uri') ?? '');
  if (!target) return { words: 'redirect_uri 参数错误' };
  // The setting holds a host, so a port of another program on it passes too.
  if (!account.oauthHosts.includes(target.hostname))
    return { words: 'redirect_uri域名与后台配置不一致，错误码：10003' };
  if (query.get('response_type') !== 'code') return { words: 'response_type 参数错误' };
  const scope = query.get('scope') ?? '';
  if (!SCOPES.includes(scope)) return { words: 'Scope 参数错误或没有 Scope 权限' };
  if (!world.people.get(openid)) return { words: '请在微信客户端打开链接' };
  const code = randomBytes(16).toString('hex');
  world.codes.put(code, { code, openid, scope, until: world.now() + CODE_LIFE_MS, used: false });
  target.searchParams.set('code', code);
  target.searchParams.set('state', query.get('state') ?? '');
  return { url: target.href };
}

/** Exchanges a code for the person's openid: once, within five minutes. */
export function exchangeCode({ query }: ApiRequest, { account, world }: Parts): ApiAnswer {
  if (query.get('appid') !== account.appid) throw refuse(40013);
  if (query.get('secret') !== account.secret) throw refuse(40125);
  if (query.get('grant_type') !== 'authorization_code') throw refuse(40002);
  const code = query.get('code') ?? '';
  if (code === '') throw refuse(41008);
  const known = world.codes.get(code);
  if (!known || world.now() >= known.until) throw refuse(40029);
  if (known.used) throw refuse(40163);
  world.codes.put(code, { ...known, used: true });
  const [access_token, refresh_token] = [1, 2].map(() => randomBytes(48).toString('base64url'));
  const { openid, scope } = known;
  return { json: { access_token, expires_in: 7200, refresh_token, openid, scope } };
}
