import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { SIM_TOKEN } from './as-telegram.ts';
import { callMethod } from './bot-api.ts';
import type { FaultKind } from './faults.ts';
import { FAULT_KINDS, Faults, refusalOf } from './faults.ts';
import { Limits } from './limits.ts';
import type { Params } from './params.ts';
import { asNumber, asText, readBody, readParams } from './params.ts';
import { block, messagesOf, tap, writeToBot } from './people.ts';
import { badRequest, Refusal } from './refusal.ts';
import { SAMPLE_NAMES } from './samples.ts';
import { Updates } from './updates.ts';
import { World } from './world.ts';

/** A running simulator: a Bot API server for the bot, phones for people. */
export type Simulator = {
  readonly url: string;
  readonly token: string;
  readonly world: World;
  close(): Promise<void>;
};

type Settings = {
  readonly host?: string;
  readonly port: number;
  /** Where the phones' state is kept; nowhere for tests that need none. */
  readonly file?: string;
  /** Telegram's limits on sending; on unless a test is about something else. */
  readonly limits?: boolean;
  /** The built phones page. */
  readonly page?: string;
};

/** One line of the call log, as design.md §10 has it. */
type LoggedCall = {
  readonly n: number;
  readonly at_ms: number;
  readonly method: string;
  readonly chat_id?: number;
  readonly ok: boolean;
  readonly error_code?: number;
  readonly message_id?: number;
};

const CALLS_MAX = 20_000;
const WAIT_MS = 20_000;

export async function startSimulator(settings: Settings): Promise<Simulator> {
  refuseBesideRealToken();
  const world = new World(settings.file);
  const updates = new Updates(world);
  const limits = new Limits(settings.limits ?? true);
  const faults = new Faults();
  const callbacks = new Map<string, number>();
  const people = { world, updates, callbacks };
  const calls: LoggedCall[] = [];
  let calledSoFar = 0;

  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      const refusal = error instanceof Refusal ? error : new Refusal(500, `Internal Server Error: ${error}`);
      answer(response, refusal.code, refusalBody(refusal));
    });
  });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const [, first = '', second = '', third = '', fourth = ''] = url.pathname.split('/');
    if (first.startsWith('bot')) return botCall(first.slice(3), second, request, response, url);
    if (first === 'file') return sendFile(second, fourth, response);
    if (first === 'sim') return simCall([second, third, fourth], request, response, url);
    return sendPage(url.pathname, response);
  };

  const botCall = async (
    token: string,
    method: string,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ) => {
    if (token !== SIM_TOKEN) throw new Refusal(401, 'Unauthorized');
    const params = await readParams(request, url);
    const chat = asNumber(params.values.chat_id);
    const chatId = chat ? { chat_id: chat } : {};
    const at_ms = Date.now();
    // A call is listed when it has ended, so that whoever reads on from a number misses none.
    const log = (end: Pick<LoggedCall, 'ok' | 'error_code' | 'message_id'>) => {
      calls.push({ n: ++calledSoFar, at_ms, method, ...chatId, ...end });
      if (calls.length > CALLS_MAX) calls.shift();
    };
    const mishap = faults.next(method);
    let delivered: { message_id?: number } = {};
    try {
      if (mishap?.kind === 'hang') return log({ ok: false });
      if (mishap?.kind === 'slow') await new Promise((done) => setTimeout(done, mishap.fault.delay_ms ?? 1000));
      if (mishap?.kind === 'cut_before') {
        log({ ok: false });
        request.socket.destroy();
        return;
      }
      const refusal = refusalOf(mishap);
      if (refusal && mishap?.kind !== '500_after') throw refusal;
      const result = await run(method, params, response);
      const messageId = asNumber((result as { message_id?: unknown } | undefined)?.message_id);
      if (messageId) delivered = { message_id: messageId };
      if (mishap?.kind === 'cut_after') {
        log({ ok: true, ...delivered });
        request.socket.destroy();
        return;
      }
      if (refusal) throw refusal;
      log({ ok: true, ...delivered });
      answer(response, 200, { ok: true, result });
    } catch (error) {
      log({ ok: false, ...(error instanceof Refusal ? { error_code: error.code } : {}), ...delivered });
      throw error;
    }
  };

  const run = async (method: string, params: Params, response: ServerResponse): Promise<unknown> => {
    switch (method.toLowerCase()) {
      case 'getupdates': {
        const gone = new AbortController();
        response.once('close', () => gone.abort());
        return updates.getUpdates(params, gone.signal);
      }
      case 'setwebhook':
        return updates.setWebhook(params);
      case 'deletewebhook':
        return updates.deleteWebhook(params);
      case 'getwebhookinfo':
        return updates.getWebhookInfo();
      default:
        return callMethod(method, { world, limits, params, callbacks });
    }
  };

  const simCall = async (path: readonly string[], request: IncomingMessage, response: ServerResponse, url: URL) => {
    const [what = '', id = '', verb = ''] = path;
    const body = request.method === 'POST' ? await readJson(request) : {};
    const route = [request.method, what, id && 'id', verb].filter(Boolean).join(' ');
    switch (route) {
      case 'GET people':
        return answer(response, 200, [...world.people.values()]);
      case 'POST people': {
        const name = asText(body.first_name) || '居民';
        const made =
          body.group === true ? world.addGroup(name) : world.addPerson(name, asText(body.language_code) || 'zh-hans');
        return answer(response, 200, { id: made.id });
      }
      case 'POST people id send':
        return answer(response, 200, writeToBot(Number(id), body, people));
      case 'POST people id tap':
        return answer(response, 200, tap(Number(id), body, people));
      case 'POST people id block':
        return answer(response, 200, block(Number(id), true, people));
      case 'POST people id unblock':
        return answer(response, 200, block(Number(id), false, people));
      case 'GET people id messages':
        return answer(response, 200, messagesOf(Number(id), Number(url.searchParams.get('after') ?? 0), world));
      case 'GET calls': {
        const after = Number(url.searchParams.get('after') ?? 0);
        return answer(
          response,
          200,
          calls.filter(({ n }) => n > after),
        );
      }
      case 'POST faults': {
        const kind = asText(body.kind) as FaultKind;
        if (!FAULT_KINDS.includes(kind)) throw badRequest(`kind must be one of ${FAULT_KINDS.join(', ')}`);
        const times = asNumber(body.times) ?? 1;
        if (!Number.isInteger(times) || times < 1) throw badRequest('times must be a whole number, 1 or more');
        const more = { retry_after: asNumber(body.retry_after), delay_ms: asNumber(body.delay_ms) };
        faults.add({ method: asText(body.method) || '*', kind, times, ...more });
        return answer(response, 200, { ok: true });
      }
      case 'DELETE faults':
        faults.clear();
        return answer(response, 200, { ok: true });
      case 'POST clock': {
        const seconds = asNumber(body.advance_seconds);
        if (seconds === undefined || seconds < 0) throw badRequest('advance_seconds must be a number, 0 or more');
        world.advanceClock(seconds);
        return answer(response, 200, { now: world.now() });
      }
      case 'GET clock':
        return answer(response, 200, { now: world.now() });
      case 'GET changes': {
        const since = Number(url.searchParams.get('since') ?? 0);
        if (world.changes <= since) await world.nextChange(WAIT_MS);
        return answer(response, 200, { changes: world.changes, now: world.now() });
      }
      case 'GET samples':
        return answer(response, 200, SAMPLE_NAMES);
      case 'GET files id':
        return sendFile(SIM_TOKEN, id, response, 'any');
      default:
        throw new Refusal(404, `Not Found: ${route}`);
    }
  };

  const sendFile = (token: string, id: string, response: ServerResponse, who: 'bot' | 'any' = 'bot') => {
    if (who === 'bot' && token !== `bot${SIM_TOKEN}`) throw new Refusal(401, 'Unauthorized');
    const bytes = world.file(id);
    if (!bytes) throw new Refusal(404, 'Not Found');
    const type = bytes.subarray(0, 4).toString() === '<svg' ? 'image/svg+xml' : 'image/jpeg';
    response.writeHead(200, {
      'content-type': type,
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
    response.end(bytes);
  };

  const sendPage = async (path: string, response: ServerResponse) => {
    const { page } = settings;
    if (!page) throw new Refusal(404, 'Not Found');
    const name = path === '/' ? '/index.html' : path;
    if (!/^(\/assets)?\/[\w.-]+$/.test(name)) throw new Refusal(404, 'Not Found');
    const bytes = await readFile(`${page}${name}`).catch(() => undefined);
    if (!bytes) throw new Refusal(404, 'Not Found');
    const policy = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'";
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': policy,
    });
    response.end(bytes);
  };

  await listen(server, settings.port, settings.host ?? '127.0.0.1');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : settings.port;
  return {
    url: `http://127.0.0.1:${port}`,
    token: SIM_TOKEN,
    world,
    async close() {
      updates.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Beside a real bot's token a make-believe Telegram could only do harm. */
function refuseBesideRealToken(): void {
  const token = process.env.TELEGRAM_TOKEN;
  if (token && token !== SIM_TOKEN) {
    throw new Error('The simulator does not start beside a real TELEGRAM_TOKEN. Remove one of the two.');
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function refusalBody({ code, message, parameters }: Refusal): unknown {
  return { ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) };
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const text = (await readBody(request)).toString();
  try {
    const body: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>; // each field is checked where it is used
  } catch {
    // Answered below.
  }
  throw badRequest("can't parse JSON object");
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => done());
  });
}
