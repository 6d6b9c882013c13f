import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from '../../node-http.ts';
import { secureAnswers } from '../../security-headers.ts';
import { answerBotCall, runCallFromWebhook } from './bot-calls.ts';
import { CallLog } from './call-log.ts';
import { openFaults } from './faults.ts';
import { fileIdIn } from './files.ts';
import { forward } from './forward.ts';
import { Limits } from './limits.ts';
import type { FollowClock } from './move-clock.ts';
import { moveClock } from './move-clock.ts';
import type { Neighbours } from './neighbours.ts';
import { PLATFORMS } from './neighbours.ts';
import { readBody } from './params.ts';
import { ApiRefusal, badRequest } from './refusal.ts';
import { sendJson, sendRefusal } from './send-json.ts';
import { sendFile, sendPage } from './send-page.ts';
import { answerSimCall } from './sim-calls.ts';
import { SIM_TOKEN } from './telegram-format.ts';
import { Updates } from './updates.ts';
import { World } from './world.ts';

/** A running simulator: a Bot API server for the bot, and phones for people. */
export type Simulator = {
  readonly url: string;
  readonly token: string;
  readonly world: World;
  /** Sets the addresses that the phones page links, frames and calls. */
  beside(neighbours: Neighbours): void;
  /** Sets the function that runs after each reset of the phones. */
  onReset(also: () => Promise<void>): void;
  /** Sets the function that runs after each step of the clock. Without one, the clock moves in one step. */
  readonly onClockStep: (follow: FollowClock) => void;
  close(): Promise<void>;
};

export type SimulatorSettings = {
  readonly port: number;
  /** File of the phones' state; without it the state ends with the process. */
  readonly file?: string;
  /** Enforces Telegram's sending limits. Default: true. */
  readonly limits?: boolean | undefined;
  /** Returns the folder of the built phones page. */
  readonly page?: (() => Promise<string>) | undefined;
};

/** Starts a simulator on loopback, which needs no password. Refuses to start beside a real bot token. */
export async function startSimulator(settings: SimulatorSettings): Promise<Simulator> {
  refuseBesideRealToken();
  const world = new World(settings.file);
  const limits = new Limits(settings.limits ?? true);
  const callbacks = new Map<string, number>();
  const calls = new CallLog();
  const faults = openFaults();
  const updates = new Updates(world, (body, type) => {
    void runCallFromWebhook(body, type, { world, limits, callbacks, calls });
  });
  const bot = { world, limits, callbacks, calls, updates, faults };
  let afterReset: () => Promise<void> = async () => {};
  const reset = async () => {
    faults.clear();
    world.reset();
    await afterReset();
  };
  let neighbours: Neighbours | undefined;
  let followClock: FollowClock | undefined;
  let moved = Promise.resolve();
  /** Calls at the same time move the clock one after the other. */
  const advance = (seconds: number): Promise<void> => {
    moved = moved.catch(() => {}).then(() => moveClock(world, seconds, followClock));
    return moved;
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    refuseStrangers(request);
    const url = new URL(request.url ?? '/', 'http://simulator');
    const [, first = '', second = '', third = '', fourth = ''] = url.pathname.split('/');
    const beside = PLATFORMS.find((platform) => platform === first);
    const base = beside && neighbours?.[beside];
    if (base) return forward(request, response, base, `${url.pathname.slice(first.length + 1)}${url.search}`);
    if (first.startsWith('bot')) {
      if (first.slice(3) !== SIM_TOKEN) throw new ApiRefusal(401, 'Unauthorized');
      return answerBotCall(second, { request, response, url }, bot);
    }
    if (first === 'file') {
      if (second !== `bot${SIM_TOKEN}`) throw new ApiRefusal(401, 'Unauthorized');
      return sendFile(world, fileIdIn(fourth), response);
    }
    if (first === 'sim' && second === 'files') return sendFile(world, third, response);
    if (first === 'sim') {
      const body = request.method === 'POST' ? await readJson(request) : {};
      const call = { method: request.method ?? '', path: [second, third, fourth], body, query: url.searchParams };
      const parts = { world, updates, callbacks, calls: calls.list, faults, neighbours, reset, advance };
      return sendJson(response, 200, await answerSimCall(call, parts));
    }
    return sendPage(settings.page, url.pathname, neighbours, response);
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error) => sendRefusal(response, error));
  });
  secureAnswers(server);
  await listen(server, settings.port);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : settings.port;
  return {
    url: `http://127.0.0.1:${port}`,
    token: SIM_TOKEN,
    world,
    beside: (others) => {
      neighbours = others;
    },
    onReset: (also) => {
      afterReset = also;
    },
    onClockStep: (follow) => {
      followClock = follow;
    },
    async close() {
      updates.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** With a real token set, a bot meant for Telegram could talk to the simulator by mistake. */
function refuseBesideRealToken(): void {
  const token = process.env.TELEGRAM_TOKEN;
  if (token && token !== SIM_TOKEN) {
    throw new Error('The simulator does not start beside a real TELEGRAM_TOKEN. Remove one of the two.');
  }
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** Refuses calls that a web page elsewhere makes through this machine's browser. */
function refuseStrangers({ headers: { host = '', origin } }: IncomingMessage): void {
  if (!LOOPBACK.test(host)) throw new ApiRefusal(403, 'Forbidden: the simulator is reached as 127.0.0.1');
  if (origin !== undefined && origin !== `http://${host}`)
    throw new ApiRefusal(403, 'Forbidden: the call comes from another page');
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const text = (await readBody(request)).toString();
  // A page elsewhere can send other types without asking first.
  if (text !== '' && !/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    throw new ApiRefusal(415, 'Unsupported Media Type: send application/json');
  try {
    const body: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>; // each reader checks its fields
  } catch {
    // The refusal below covers invalid JSON.
  }
  throw badRequest("can't parse JSON object");
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => done());
  });
}
