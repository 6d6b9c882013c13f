import { asText } from '../simulator/params.ts';
import type { CallbackForm } from '../tencent/callbacks.ts';
import type { People } from '../tencent/sim-calls.ts';
import type { PlatformServer, PlatformSettings } from '../tencent/start-platform.ts';
import { startPlatform } from '../tencent/start-platform.ts';
import { endTokens } from './access-tokens.ts';
import { authorizeInWecom, enter, openPage, show, tapMenu, tapMessage, writeToApp } from './act-on-app.ts';
import { runWecomCall, TOKEN_PATH } from './api.ts';
import type { WecomApp } from './app.ts';
import { callbackKeys, DEMO_APP } from './app.ts';
import { refuse } from './errors.ts';
import type { PhonesState } from './notify-app.ts';
import { WecomWorld } from './world.ts';

/** A running simulator of WeCom: the platform for an app, and phones for members. */
export type WecomSimulator = PlatformServer & { readonly app: WecomApp; readonly world: WecomWorld };

export type WecomSettings = PlatformSettings & {
  /** Parts of the app that differ from the demo's. */
  readonly app?: Partial<WecomApp>;
};

/** The check of an address must be answered within this time. */
const CHECK_WITHIN_MS = 1000;

/** Starts a simulator of WeCom on loopback. */
export async function startWecomSimulator(settings: WecomSettings): Promise<WecomSimulator> {
  const app = { ...DEMO_APP, ...settings.app };
  const world = new WecomWorld(settings.now ?? Date.now, settings.file);
  const differences = {
    name: 'wecom' as const,
    world,
    keys: callbackKeys(app),
    form: formOf(app),
    tokenPath: TOKEN_PATH,
    refuse,
    faultCodes: { wait: 45033, quota: 45009, closed: 81013 },
    trailer: (errcode: number) =>
      `, hint: [${hint()}], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`,
  };
  const server = await startPlatform(settings, differences, (reach) => {
    const phones = { app, world, ...reach };
    return {
      run: (request) => runWecomCall(request, phones),
      people: peopleOf(phones),
      authorize: (query, id) => authorizeInWecom(query, id, phones),
      endTokens: () => endTokens(world),
    };
  });
  return { ...server, app, world };
}

function formOf({ corpid, agentid }: WecomApp): CallbackForm {
  return {
    query: ({ timestamp, nonce, signature: msg_signature }) => ({ msg_signature, timestamp, nonce }),
    envelope: { ToUserName: corpid, AgentID: String(agentid) },
    sealsChallenge: true,
    checkWithinMs: CHECK_WITHIN_MS,
  };
}

/** Words of a refusal end with a new number each time. */
function hint(): string {
  return String(Math.floor(Math.random() * 1e15)).padStart(22, '1');
}

function peopleOf(phones: PhonesState): People {
  const { world } = phones;
  return {
    acts: {
      send: (id, body) => writeToApp(id, body, phones),
      tap: (id, body) => tapMessage(id, body, phones),
      menu: (id, body) => tapMenu(id, body, phones),
      open: (id, body) => openPage(id, body, phones),
      enter: (id) => enter(id, phones),
      show: (id) => show(id, true, phones),
      hide: (id) => show(id, false, phones),
    },
    add: (body) => world.addMember(asText(body.name) || '同事', asText(body.userid)),
    menu: () => world.menu.get('menu') ?? {},
    reset: () => world.reset(),
  };
}
