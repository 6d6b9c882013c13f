import { randomBytes } from 'node:crypto';
import { MINUTE_MS } from '../../calendar.ts';
import type { ChatPerson, ChatWorld } from './chat-world.ts';

/** Path of the page that gives a web page a code. */
export const AUTHORIZE_PATH = '/connect/oauth2/authorize';
const CODE_LIFE_MS = 5 * MINUTE_MS;
const SCOPES = ['snsapi_base', 'snsapi_userinfo', 'snsapi_privateinfo'];

/** The account's settings for OAuth. `appid`: the corpid of WeCom. */
export type OAuthSettings = { readonly appid: string; readonly hosts: readonly string[] };
/** The address to which the platform's browser leads a person, or the words of its error page. */
export type Led = { readonly url: string } | { readonly url?: undefined; readonly words: string };

/** Leads a person who opened the page of OAuth. */
export function authorize(
  query: URLSearchParams,
  person: string,
  { appid, hosts }: OAuthSettings,
  world: ChatWorld<ChatPerson>,
): Led {
  if (query.get('appid') !== appid) return { words: 'appid 参数错误' };
  const target = URL.parse(query.get('redirect_uri') ?? '');
  if (!target) return { words: 'redirect_uri 参数错误' };
  // The setting holds a host, so a port of another program on it passes too.
  if (!hosts.includes(target.hostname)) return { words: 'redirect_uri域名与后台配置不一致，错误码：10003' };
  if (query.get('response_type') !== 'code') return { words: 'response_type 参数错误' };
  const scope = query.get('scope') ?? '';
  if (!SCOPES.includes(scope)) return { words: 'Scope 参数错误或没有 Scope 权限' };
  if (!world.people.get(person)) return { words: '请在微信客户端打开链接' };
  const code = randomBytes(16).toString('hex');
  world.codes.put(code, { code, person, scope, until: world.now() + CODE_LIFE_MS, used: false });
  target.searchParams.set('code', code);
  target.searchParams.set('state', query.get('state') ?? '');
  return { url: target.href };
}

/** Takes a code for the first time within five minutes, or tells why not. */
export function takeCode(code: string, { codes, now }: ChatWorld<ChatPerson>) {
  const known = codes.get(code);
  if (!known || now() >= known.until) return { type: 'unknown' } as const;
  if (known.used) return { type: 'used' } as const;
  codes.put(code, { ...known, used: true });
  return { type: 'taken', person: known.person, scope: known.scope } as const;
}
