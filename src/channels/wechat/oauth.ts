import type { Log } from '../../log.ts';
import type { Answer } from './api.ts';

/** The hosts of the platforms' own APIs. Their pages for OAuth stand on another host; a simulator has both on one. */
const OFFICIAL = ['https://api.weixin.qq.com', 'https://qyapi.weixin.qq.com'];
const PAGES = 'https://open.weixin.qq.com';

type App = { readonly appid: string; readonly agentid?: number };

/** The platform's page that leads back to `back` with a code of the person, and asks the person nothing. */
export function oauthPage(apiRoot: string, { appid, agentid }: App, back: string, state: string): string {
  // The platform checks the order of these.
  const query = new URLSearchParams({ appid, redirect_uri: back, response_type: 'code', scope: 'snsapi_base', state });
  if (agentid !== undefined) query.set('agentid', String(agentid));
  const root = OFFICIAL.includes(apiRoot) ? PAGES : apiRoot;
  return `${root}/connect/oauth2/authorize?${query}#wechat_redirect`;
}

/** A code of OAuth as the platforms write it. */
export function isOauthCode(text: string): boolean {
  return /^[\w-]{8,512}$/.test(text);
}

/** An openid or userid, which becomes an address. */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && /^[\w.@-]{1,64}$/.test(text);
}

/** Logs the reason why a code proves no person. The error names neither code nor secret. */
export function noProof(log: Log): (error: unknown) => Answer {
  return (error) => {
    log.warn({ err: error }, 'a code of OAuth was refused');
    return {};
  };
}
