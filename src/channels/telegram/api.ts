import type { Transformer } from 'grammy';
import { Api, InputFile } from 'grammy';
import { openHttp } from './http.ts';

/** How long one call may take. Longer than Telegram ever needs, shorter than a claim on a message lasts. */
const CALL_TIMEOUT_MS = 15_000;
/** How long Telegram may keep a getUpdates call open, s. */
export const POLL_SECONDS = 25;

export type TelegramApi = { readonly api: Api; close(): Promise<void> };

/** grammY's client over our own transport: its types and error forms, and errors that say whether a call went out. */
export function openApi(token: string, apiRoot: string): TelegramApi {
  const root = new URL(apiRoot);
  const http = openHttp(root.origin);
  const prefix = `${root.pathname.replace(/\/$/, '')}/bot${token}/`;
  const api = new Api(token, { apiRoot, timeoutSeconds: 30 });
  const direct: Transformer = async (previous, method, payload, signal) => {
    // Files go as multipart, which grammY writes itself.
    if (hasFile(payload)) return previous(method, payload, signal);
    const wait = method === 'getUpdates' ? POLL_SECONDS * 1000 : 0;
    // grammY's own signal type comes from a polyfill; it is used here only as what it is.
    const stop = signal as AbortSignal | undefined;
    const answer = await http.post(prefix + method, JSON.stringify(payload ?? {}), CALL_TIMEOUT_MS + wait, stop);
    return parse(answer.status, answer.body) as Awaited<ReturnType<typeof previous>>;
  };
  api.config.use(direct as Transformer);
  return { api, close: () => http.close() };
}

/** The answer in Bot API form, also where a proxy answered instead of Telegram. */
function parse(status: number, body: string): unknown {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer;
  } catch {
    // No JSON: a proxy's page.
  }
  return { ok: false, error_code: status >= 400 ? status : 502, description: 'The answer was not from the Bot API.' };
}

function hasFile(payload: unknown): boolean {
  if (typeof payload !== 'object' || payload === null) return false;
  return Object.values(payload).some(
    (value) => value instanceof InputFile || (Array.isArray(value) && value.some(hasFile)),
  );
}
