import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallbackKeys } from '../../channels/wechat/message-crypto.ts';
import type { Platform } from '../simulator/neighbours.ts';
import { readBody } from '../simulator/params.ts';
import { ApiRefusal } from '../simulator/refusal.ts';
import { sendJson } from '../simulator/send-json.ts';
import type { ApiAnswer, ApiRequest } from './api-calls.ts';
import { answerApiCall } from './api-calls.ts';
import { CallLog } from './call-log.ts';
import type { CallbackForm } from './callbacks.ts';
import { ANSWER_WITHIN_MS, Callbacks } from './callbacks.ts';
import type { ChatPerson, ChatWorld } from './chat-world.ts';
import type { Errcode } from './errcode.ts';
import type { FaultKind, Faults } from './faults.ts';
import { openFaults } from './faults.ts';
import { readSimJson, startLoopbackServer } from './loopback-server.ts';
import { formatOf } from './media-formats.ts';
import type { Led } from './oauth.ts';
import { AUTHORIZE_PATH } from './oauth.ts';
import { PICTURE_PATH } from './seen-messages.ts';
import type { People } from './sim-calls.ts';
import { answerSimCall } from './sim-calls.ts';

/** The settings that the simulators of both platforms share. */
export type PlatformSettings = {
  readonly port: number;
  /** The clock below the simulator's own, which can be advanced. */
  readonly now?: () => number;
  /** File of the state; without it the state ends with the process. */
  readonly file?: string;
  /** Time for the answer to a callback, ms; the platform's is 5000. */
  readonly answerWithinMs?: number;
};
/** The running server of a platform. */
export type PlatformServer = {
  readonly url: string;
  readonly faults: Faults;
  /** Checks the product's address and posts callbacks to it. Returns the reason if it does not pass the check. */
  setCallback(url: string): Promise<string | undefined>;
  /** Posts callbacks to an address that has passed the check: the platform keeps it while the product restarts. */
  keepCallback(url: string): void;
  /** Refuses connections until the returned function is called. */
  stopListening(): Promise<() => Promise<void>>;
  close(): Promise<void>;
};
/** The ways from a simulator's parts to the product and the phones. */
export type Reach = { readonly callbacks: Callbacks; readonly pictureUrl: (media: string) => string };
/** One platform behind the server. */
export type PlatformParts = {
  readonly run: (request: ApiRequest) => Promise<ApiAnswer | undefined>;
  readonly people: People;
  /** Leads a person who opened the page of OAuth. */
  readonly authorize: (query: URLSearchParams, person: string) => Led;
  readonly endTokens: () => void;
};
type Differences = {
  readonly name: Platform;
  readonly world: ChatWorld<ChatPerson>;
  readonly keys: CallbackKeys;
  readonly form: CallbackForm;
  readonly tokenPath: string;
  readonly refuse: (errcode: number) => Errcode;
  /** The errcode of each fault that is a refusal. */
  readonly faultCodes: Readonly<Partial<Record<FaultKind, number>>>;
  /** The end of the words of every refusal. */
  readonly trailer: (errcode: number) => string;
};

/** Starts the server of a platform on loopback. */
export async function startPlatform(
  { port, answerWithinMs = ANSWER_WITHIN_MS }: PlatformSettings,
  { name, world, keys, form, tokenPath, refuse, faultCodes, trailer }: Differences,
  open: (reach: Reach) => PlatformParts,
): Promise<PlatformServer> {
  const callbacks = new Callbacks({ keys, form, now: world.now, answerWithinMs });
  const [calls, faults] = [new CallLog(), openFaults(tokenPath)];
  const platform = open({ callbacks, pictureUrl: (media) => `${server.url}${PICTURE_PATH}${media}` });
  const refusalOf = (kind: FaultKind, errcode?: number) => {
    const code = kind === 'refused' ? errcode : faultCodes[kind];
    return code === undefined ? undefined : refuse(code);
  };
  const { run, endTokens } = platform;
  const api = { run, refusalOf, endTokens, trailer, faults, calls };
  const refuseConnections = (ms: number) => {
    setImmediate(async () => {
      const listenAgain = await server.stopListening();
      setTimeout(listenAgain, ms);
    });
  };

  const route = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const { pathname, searchParams: query } = url;
    if (/^\/(cgi-bin|sns)\//.test(pathname)) return answerApiCall(request, response, url, api);
    if (pathname.startsWith(PICTURE_PATH)) return sendPicture(pathname.slice(PICTURE_PATH.length), response, world);
    if (pathname === AUTHORIZE_PATH) return lead(platform.authorize(query, personAt(request, query, name)), response);
    const [, first, ...path] = pathname.split('/');
    if (first !== 'sim') throw new ApiRefusal(404, 'Not Found');
    const text = request.method === 'POST' ? (await readBody(request)).toString() : '';
    const body = readSimJson(request.headers['content-type'], text);
    const call = { method: request.method ?? '', path: path.map(decodeURIComponent), body, query };
    const parts = { world, callbacks, calls, faults, refuseConnections };
    return sendJson(response, 200, await answerSimCall(call, parts, platform.people));
  };

  const server = await startLoopbackServer(port, route);
  return {
    url: server.url,
    faults,
    setCallback: (url) => callbacks.setUrl(url),
    keepCallback: (url) => callbacks.keepUrl(url),
    stopListening: server.stopListening,
    async close() {
      callbacks.close();
      await server.close();
    },
  };
}

function sendPicture(media: string, response: ServerResponse, world: ChatWorld<ChatPerson>): void {
  const bytes = Buffer.from(world.media.get(media)?.base64 ?? '', 'base64');
  const format = formatOf(bytes);
  if (format?.kind !== 'image') throw new ApiRefusal(404, 'Not Found');
  response.writeHead(200, { 'content-type': format.type }).end(bytes);
}

/** The person whose phone opens a page: a test names one, and the phones page leaves the name in a cookie of the browser. */
function personAt({ headers: { cookie = '' } }: IncomingMessage, query: URLSearchParams, name: string): string {
  const left = new RegExp(`(?:^|; )sim_${name}=([^;]*)`).exec(cookie)?.[1];
  return query.get('sim_person') ?? left ?? '';
}

/** Leads a browser on, or shows the words of the platform's error page. */
function lead(led: Led, response: ServerResponse): void {
  if (led.url !== undefined) response.writeHead(302, { location: led.url }).end();
  else response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(led.words);
}
