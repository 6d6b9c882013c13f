import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { callMethod } from './bot-api.ts';
import type { CallLog } from './call-log.ts';
import type { Faults } from './faults.ts';
import { refusalOf } from './faults.ts';
import type { Limits } from './limits.ts';
import type { Params } from './params.ts';
import { asNumber, asText, parseParams, readParams } from './params.ts';
import { ApiRefusal } from './refusal.ts';
import { sendJson } from './send-json.ts';
import type { Updates } from './updates.ts';
import type { World } from './world.ts';

/** The state that a Bot API method works on. `callbacks`: query id → expiry, ms since the epoch. */
type MethodState = {
  readonly world: World;
  readonly limits: Limits;
  readonly callbacks: Map<string, number>;
  readonly calls: CallLog;
};
type BotState = MethodState & { readonly updates: Updates; readonly faults: Faults };
type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly url: URL };

const SLOW_MS = 1000;

/** Answers one Bot API call over HTTP and logs it. An injected fault may replace or follow its effect. */
export async function answerBotCall(
  method: string,
  { request, response, url }: Exchange,
  state: BotState,
): Promise<void> {
  const params = await readParams(request, url);
  const log = state.calls.begin(method, params);
  const fault = state.faults.next(method);
  let delivered: { message_id?: number } = {};
  try {
    if (fault?.kind === 'hang') return log({ ok: false });
    if (fault?.kind === 'slow') await sleep(fault.delay_ms ?? SLOW_MS);
    if (fault?.kind === 'cut_before') {
      log({ ok: false });
      request.socket.destroy();
      return;
    }
    const refusal = refusalOf(fault);
    if (refusal && fault?.kind !== '500_after') throw refusal;
    const result = await run(method, params, response, state);
    const messageId = asNumber((result as { message_id?: unknown } | undefined)?.message_id);
    if (messageId) delivered = { message_id: messageId };
    if (fault?.kind === 'cut_after') {
      log({ ok: true, ...delivered });
      request.socket.destroy();
      return;
    }
    if (refusal) throw refusal;
    log({ ok: true, ...delivered });
    sendJson(response, 200, { ok: true, result });
  } catch (error) {
    log({ ok: false, ...codeOf(error), ...delivered });
    throw error;
  }
}

/** Runs the call in a webhook's answer, as telegraf sends it. The bot gets no result; only the call log shows it. */
export async function runCallFromWebhook(body: Buffer, type: string, state: MethodState): Promise<void> {
  const params = await parseParams(body, type, {}).catch(() => undefined);
  const method = asText(params?.values.method);
  if (!params || method === '' || /^(get.*|(set|delete)webhook|close|logout)$/i.test(method)) return;
  const log = state.calls.begin(method, params);
  try {
    callMethod(method, { ...state, params });
    log({ ok: true });
  } catch (error) {
    log({ ok: false, ...codeOf(error) });
  }
}

async function run(method: string, params: Params, response: ServerResponse, state: BotState): Promise<unknown> {
  const { updates } = state;
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
      return callMethod(method, { ...state, params });
  }
}

function codeOf(error: unknown): { readonly error_code?: number } {
  return error instanceof ApiRefusal ? { error_code: error.code } : {};
}
