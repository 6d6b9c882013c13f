import type { BellConfig } from '../../config.ts';
import type { BotCommands, Channel, Inbound, Receive } from '../channel.ts';
import type { TokenCall } from './api.ts';
import { openTokenApi } from './api.ts';
import { openDoorbell } from './doorbell.ts';
import type { PlatformSettings } from './ingress.ts';
import { openIngress } from './ingress.ts';
import { joinTurn } from './join-turn.ts';
import { accountMenu } from './menu.ts';
import { readAesKey } from './message-crypto.ts';
import { isId, isOauthCode, noProof, oauthPage } from './oauth.ts';
import { meantBy } from './offered-number.ts';
import { outcomeOf, troubleOf } from './outcome.ts';
import type { ReadMessage } from './read-message.ts';
import { sendMessage } from './send.ts';
import type { WechatState } from './state.ts';
import { fitBytes, TEXT_MAX_BYTES } from './text-limit.ts';

/** The account on the platform, as its owner has set it up. */
export type WechatAccount = {
  readonly appid: string;
  readonly secret: string;
  readonly token: string;
  readonly encodingAesKey: string;
};

export type WechatSettings = PlatformSettings & {
  readonly account: WechatAccount;
  readonly state: WechatState;
  readonly bell?: BellConfig;
};

/** The call that gives a token of the account. */
export function tokenCallOf({ appid, secret }: Pick<WechatAccount, 'appid' | 'secret'>): TokenCall {
  return { method: 'POST', path: '/cgi-bin/stable_token', body: { grant_type: 'client_credential', appid, secret } };
}

/** Opens a WeChat service account as a channel. It works in encrypted mode only. */
export function openWechat(settings: WechatSettings): Channel {
  const { account, apiRoot, state, journalPath, readFile, maps, words, site, now, log } = settings;
  const aesKey = readAesKey(account.encodingAesKey);
  if (!aesKey) throw new Error('WECHAT_AES_KEY must have 43 characters.');
  const keys = { token: account.token, aesKey, receiveId: account.appid };
  const api = openTokenApi(apiRoot, tokenCallOf(account), now);
  const { bell } = settings;
  const doorbell = bell && openDoorbell({ bell, api, state, words: words.bell, now });
  let trouble: string | undefined;

  /** Windows and numbers lie in the store, so they are read when the message is taken, not when it arrives. */
  const understood = async ({ inbound, opens, tap }: ReadMessage): Promise<Inbound> => {
    if (opens) await state.opened(inbound.from, opens, inbound.at);
    return meantBy(inbound, tap, () => state.offered(inbound.from));
  };

  const ingress = openIngress({
    scheme: 'wechat',
    keys,
    journalPath,
    maps,
    understood,
    now,
    log,
  });

  return {
    scheme: 'wechat',
    can: { text: { max: TEXT_MAX_BYTES, unit: 'bytes' }, choices: 'numbers', edits: false, dropsRepeats: false },
    fit: fitBytes,
    join: joinTurn,
    async send(to, message, key) {
      const outcome = await sendMessage(
        { api, state, readFile, sharePlace: words.sharePlace, cutOff: words.cutOff, doorbell, now },
        to,
        message,
        key,
      );
      trouble = troubleOf(outcome);
      return outcome;
    },
    fetch: (id) => api.download(id),
    ...(site === undefined ? {} : { link: (payload) => `${site}/w/q/${payload}` }),
    async open(receive: Receive, commands: BotCommands = {}) {
      ingress.open(receive);
      // No wait: the menu is a convenience, and the platform may be away at the start.
      api.post('/cgi-bin/menu/create', accountMenu(commands, words)).catch((error) => {
        trouble = troubleOf(outcomeOf(error));
        log.warn({ err: error }, 'the menu of the WeChat account could not be set');
      });
    },
    signInPage: (back, visit) => oauthPage(apiRoot, { appid: account.appid }, back, visit),
    async signIn(code) {
      if (!isOauthCode(code)) return undefined;
      const { appid, secret } = account;
      const query = new URLSearchParams({ appid, secret, code, grant_type: 'authorization_code' });
      const { openid } = await api.getBare(`/sns/oauth2/access_token?${query}`).catch(noProof(log));
      return isId(openid) ? { person: `wechat:${openid}`, once: `wechat:${code}` } : undefined;
    },
    pause: ingress.pause,
    close: () => api.close(),
    webhook: ingress.webhook,
    trouble: () => trouble ?? doorbell?.trouble() ?? ingress.trouble(),
  };
}
