import { asText } from '../simulator/params.ts';
import type { CallbackForm } from '../tencent/callbacks.ts';
import { ANSWER_WITHIN_MS } from '../tencent/callbacks.ts';
import { requestId } from '../tencent/errcode.ts';
import type { People } from '../tencent/sim-calls.ts';
import type { PlatformServer, PlatformSettings } from '../tencent/start-platform.ts';
import { startPlatform } from '../tencent/start-platform.ts';
import { endTokens } from './access-tokens.ts';
import type { WechatAccount } from './account.ts';
import { callbackKeys, DEMO_ACCOUNT } from './account.ts';
import { consent, follow, openPage, scan, tapMenu, tapMessage, unfollow } from './act-on-account.ts';
import { runWechatCall, TOKEN_PATH } from './api.ts';
import { refuse } from './errors.ts';
import type { PhonesState } from './notify-account.ts';
import { authorizeInWechat } from './oauth.ts';
import { WechatWorld } from './world.ts';
import { writeToAccount } from './write-to-account.ts';

/** A running simulator of WeChat: the platform for a service account, and phones for people. */
export type WechatSimulator = PlatformServer & { readonly account: WechatAccount; readonly world: WechatWorld };

export type WechatSettings = PlatformSettings & {
  /** Parts of the account that differ from the demo's. */
  readonly account?: Partial<WechatAccount>;
};

/** Starts a simulator of WeChat on loopback. */
export async function startWechatSimulator(settings: WechatSettings): Promise<WechatSimulator> {
  const account = { ...DEMO_ACCOUNT, ...settings.account };
  const world = new WechatWorld(settings.now ?? Date.now, settings.file);
  const differences = {
    name: 'wechat' as const,
    world,
    keys: callbackKeys(account),
    form: formOf(account),
    tokenPath: TOKEN_PATH,
    refuse,
    faultCodes: { wait: 45011, quota: 45009, closed: 45015 },
    trailer: () => ` rid: ${requestId()}`,
  };
  const server = await startPlatform(settings, differences, (reach) => {
    const phones = { account, world, ...reach };
    return {
      run: (request) => runWechatCall(request, phones),
      people: peopleOf(phones),
      authorize: (query, openid) => authorizeInWechat(query, openid, phones),
      endTokens: () => endTokens(world),
    };
  });
  return { ...server, account, world };
}

function formOf({ name }: WechatAccount): CallbackForm {
  return {
    query: ({ timestamp, nonce, signature: msg_signature }, openid, signature) => ({
      signature,
      timestamp,
      nonce,
      openid,
      encrypt_type: 'aes',
      msg_signature,
    }),
    envelope: { ToUserName: name },
    sealsChallenge: false,
    checkWithinMs: ANSWER_WITHIN_MS,
  };
}

function peopleOf(phones: PhonesState): People {
  const { world } = phones;
  return {
    acts: {
      send: (id, body) => writeToAccount(id, body, phones),
      tap: (id, body) => tapMessage(id, body, phones),
      menu: (id, body) => tapMenu(id, body, phones),
      scan: (id, body) => scan(id, body, phones),
      consent: (id, body) => consent(id, body, phones),
      open: (id, body) => openPage(id, body, phones),
      follow: (id) => follow(id, phones),
      unfollow: (id) => unfollow(id, phones),
    },
    add: (body) => world.addPerson(asText(body.name) || '居民'),
    menu: () => world.menu.get('menu') ?? {},
    reset: () => world.reset(),
  };
}
