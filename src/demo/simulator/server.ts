import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { callMethod } from './bot-api.ts';
import { CallLog } from './call-log.ts';
import { Faults, refusalOf } from './faults.ts';
import { contentTypeOf, fileIdIn } from './files.ts';
import { Limits } from './limits.ts';
import type { Params } from './params.ts';
import { asNumber, asText, parseParams, readBody, readParams } from './params.ts';
import { ApiRefusal, badRequest } from './refusal.ts';
import { sendPage } from './send-page.ts';
import { answerSimCall } from './sim-calls.ts';
import { SIM_TOKEN } from './telegram-format.ts';
import { Updates } from './updates.ts';
import { World } from './world.ts';

/** A running simulator: a Bot API server for the bot, phones for people. */
export type Simulator = {
  readonly url: string;
  readonly token: string;
  readonly world: World;
  /** What else begins anew when the phones do. */
  whenReset(also: () => Promise<void>): void;
  close(): Promise<void>;
};

type SimulatorSettings = {
  readonly host?: string;
  readonly port: number;
  /** Where the phones' state is kept; nowhere for tests that need none. */
  readonly file?: string;
  /** Telegram's limits on sending; on unless a test is about something else. */
  readonly limits?: boolean;
  /** The built phones page. */
  readonly page?: string;
};

export async function startSimulator(settings: SimulatorSettings): Promise<Simulator> {
  refuseBesideRealToken();
  const world = new World(settings.file);
  const updates = new Updates(world, (body, type) => void callInAnswer(body, type));
  const limits = new Limits(settings.limits ?? true);
  const faults = new Faults();
  const callbacks = new Map<string, number>();
  const people = { world, updates, callbacks };
  const calls = new CallLog();
  let alsoReset: () => Promise<void> = async () => {};
  const reset = async () => {
    faults.clear();
    world.reset();
    await alsoReset();
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      const refusal = error instanceof ApiRefusal ? error : new ApiRefusal(500, `Internal Server Error: ${error}`);
      answer(response, refusal.code, refusalBody(refusal));
    });
  });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const [, first = '', second = '', third = '', fourth = ''] = url.pathname.split('/');
    if (first.startsWith('bot')) return botCall(first.slice(3), second, request, response, url);
    if (first === 'file') return sendFile(second, fourth, response);
    if (first === 'sim' && second === 'files') return sendFile(SIM_TOKEN, third, response, 'any');
    if (first === 'sim') {
      const body = request.method === 'POST' ? await readJson(request) : {};
      const call = { method: request.method ?? '', path: [second, third, fourth], body, query: url.searchParams };
      return answer(response, 200, await answerSimCall(call, { ...people, calls: calls.list, faults, reset }));
    }
    return sendPage(settings.page, url.pathname, response);
  };

  const botCall = async (
    token: string,
    method: string,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ) => {
    if (token !== SIM_TOKEN) throw new ApiRefusal(401, 'Unauthorized');
    const params = await readParams(request, url);
    const log = calls.begin(method, params);
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
      log({ ok: false, ...(error instanceof ApiRefusal ? { error_code: error.code } : {}), ...delivered });
      throw error;
    }
  };

  /** A webhook may answer with a call (telegraf stops a button's spinner so). Nobody hears what becomes of it. */
  const callInAnswer = async (body: Buffer, type: string) => {
    const params = await parseParams(body, type, {}).catch(() => undefined);
    const method = asText(params?.values.method);
    if (!params || method === '' || /^(get.*|(set|delete)webhook|close|logout)$/i.test(method)) return;
    const log = calls.begin(method, params);
    try {
      callMethod(method, { world, limits, params, callbacks });
      log({ ok: true });
    } catch (error) {
      log({ ok: false, ...(error instanceof ApiRefusal ? { error_code: error.code } : {}) });
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

  const sendFile = (token: string, id: string, response: ServerResponse, who: 'bot' | 'any' = 'bot') => {
    if (who === 'bot' && token !== `bot${SIM_TOKEN}`) throw new ApiRefusal(401, 'Unauthorized');
    const bytes = world.file(fileIdIn(id));
    if (!bytes) throw new ApiRefusal(404, 'Not Found');
    response.writeHead(200, {
      'content-type': contentTypeOf(bytes),
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
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
    whenReset: (also) => {
      alsoReset = also;
    },
    async close() {
      updates.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

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

function refusalBody({ code, message, parameters }: ApiRefusal): unknown {
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
