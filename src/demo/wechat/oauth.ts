import { randomBytes } from 'node:crypto';
import type { ApiAnswer, ApiRequest } from '../tencent/api-calls.ts';
import type { Led } from '../tencent/oauth.ts';
import { authorize, takeCode } from '../tencent/oauth.ts';
import type { WechatAccount } from './account.ts';
import { refuse } from './errors.ts';
import type { WechatWorld } from './world.ts';

type Parts = { readonly account: WechatAccount; readonly world: WechatWorld };

/** Leads a person who opened the page of OAuth in WeChat. */
export function authorizeInWechat(query: URLSearchParams, openid: string, { account, world }: Parts): Led {
  // An account without the right to OAuth has no known appid.
  const appid = account.kind === 'unverified' ? '' : account.appid;
  return authorize(query, openid, { appid, hosts: account.oauthHosts }, world);
}

/** Exchanges a code for the person's openid: once, within five minutes. */
export function exchangeCode({ query }: ApiRequest, { account, world }: Parts): ApiAnswer {
  if (query.get('appid') !== account.appid) throw refuse(40013);
  if (query.get('secret') !== account.secret) throw refuse(40125);
  if (query.get('grant_type') !== 'authorization_code') throw refuse(40002);
  const code = query.get('code') ?? '';
  if (code === '') throw refuse(41008);
  const taken = takeCode(code, world);
  if (taken.type === 'unknown') throw refuse(40029);
  if (taken.type === 'used') throw refuse(40163);
  const [access_token, refresh_token] = [1, 2].map(() => randomBytes(48).toString('base64url'));
  const { person: openid, scope } = taken;
  return { json: { access_token, expires_in: 7200, refresh_token, openid, scope } };
}
