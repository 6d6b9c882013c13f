import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../simulator/params.ts';
import { ApiRefusal } from '../simulator/refusal.ts';
import { sendJson } from '../simulator/send-json.ts';
import { answerApiCall } from '../tencent/api-calls.ts';
import { CallLog } from '../tencent/call-log.ts';
import type { CallbackForm } from '../tencent/callbacks.ts';
import { ANSWER_WITHIN_MS, Callbacks } from '../tencent/callbacks.ts';
import type { Errcode } from '../tencent/errcode.ts';
import type { FaultKind } from '../tencent/faults.ts';
import { Faults } from '../tencent/faults.ts';
import { readSimJson, startLoopbackServer } from '../tencent/loopback-server.ts';
import { formatOf } from '../tencent/media-formats.ts';
import { endTokens } from './access-tokens.ts';
import type { WechatAccount } from './account.ts';
import { callbackKeys, DEMO_ACCOUNT } from './account.ts';
import { runWechatCall, TOKEN_PATH } from './api.ts';
import { refuse } from './errors.ts';
import { AUTHORIZE_PATH, authorize } from './oauth.ts';
import { PICTURE_PATH } from './seen-messages.ts';
import { answerSimCall } from './sim-calls.ts';
import { WechatWorld } from './world.ts';

/** A running simulator of WeChat: the platform for the account, and phones for people. */
export type WechatSimulator = {
  readonly url: string;
  readonly account: WechatAccount;
  readonly world: WechatWorld;
  readonly faults: Faults;
  /** Checks the product's address and posts callbacks to it. False if it does not answer the check. */
  setCallback(url: string): Promise<boolean>;
  /** Refuses connections until the returned function is called. */
  stopListening(): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

export type WechatSettings = {
  readonly port: number;
  /** The clock below the simulator's own, which can be advanced. */
  readonly now?: () => number;
  /** File of the state; without it the state ends with the process. */
  readonly file?: string;
  /** Parts of the account that differ from the demo's. */
  readonly account?: Partial<WechatAccount>;
  /** Time for the answer to a callback, ms; the platform's is 5000. */
  readonly answerWithinMs?: number;
};

/** WeChat's callbacks. */
const formOf = (name: string): CallbackForm => ({
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
});

/** Starts a simulator of WeChat on loopback. */
export async function startWechatSimulator(settings: WechatSettings): Promise<WechatSimulator> {
  const { port, now = Date.now, file, answerWithinMs = ANSWER_WITHIN_MS } = settings;
  const account = { ...DEMO_ACCOUNT, ...settings.account };
  const world = new WechatWorld(now, file);
  const form = formOf(account.name);
  const callbacks = new Callbacks({ keys: callbackKeys(account), form, now: world.now, answerWithinMs });
  const [calls, faults] = [new CallLog(), new Faults(TOKEN_PATH)];
  const pictureUrl = (media: string) => `${server.url}${PICTURE_PATH}${media}`;
  const phones = { account, world, callbacks, pictureUrl };
  const api = {
    run: (request: Parameters<typeof runWechatCall>[0]) => runWechatCall(request, phones),
    refusalOf,
    endTokens: () => endTokens(world),
    faults,
    calls,
  };
  const refuseConnections = (ms: number) => {
    setImmediate(async () => {
      const listenAgain = await server.stopListening();
      setTimeout(listenAgain, ms);
    });
  };

  const route = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const { pathname, searchParams } = url;
    if (/^\/(cgi-bin|sns)\//.test(pathname)) return answerApiCall(request, response, url, api);
    if (pathname.startsWith(PICTURE_PATH)) return sendPicture(pathname.slice(PICTURE_PATH.length), response, world);
    if (pathname === AUTHORIZE_PATH) {
      const led = authorize(searchParams, searchParams.get('sim_person') ?? '', phones);
      return led.url === undefined ? sendWords(response, led.words) : redirect(response, led.url);
    }
    const [, first, ...path] = pathname.split('/');
    if (first !== 'sim') throw new ApiRefusal(404, 'Not Found');
    const text = request.method === 'POST' ? (await readBody(request)).toString() : '';
    const body = readSimJson(request.headers['content-type'], text);
    const call = { method: request.method ?? '', path, body, query: searchParams };
    return sendJson(response, 200, await answerSimCall(call, { ...phones, calls, faults, refuseConnections }));
  };

  const server = await startLoopbackServer(port, route);
  return {
    url: server.url,
    account,
    world,
    faults,
    setCallback: (url) => callbacks.setUrl(url),
    stopListening: server.stopListening,
    async close() {
      callbacks.close();
      await server.close();
    },
  };
}

function refusalOf(kind: FaultKind, errcode: number | undefined): Errcode | undefined {
  switch (kind) {
    case 'wait':
      return refuse(45011);
    case 'quota':
      return refuse(45009);
    case 'closed':
      return refuse(45015);
    case 'refused':
      return refuse(errcode ?? -1);
    default:
      return undefined;
  }
}

function sendPicture(media: string, response: ServerResponse, world: WechatWorld): void {
  const bytes = Buffer.from(world.media.get(media)?.base64 ?? '', 'base64');
  const format = formatOf(bytes);
  if (format?.kind !== 'image') throw new ApiRefusal(404, 'Not Found');
  response.writeHead(200, { 'content-type': format.type }).end(bytes);
}

/** A page of WeChat's browser with a line for the person. */
function sendWords(response: ServerResponse, words: string): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(words);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}
