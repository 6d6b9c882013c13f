import type { Transformer } from 'grammy';
import { Api } from 'grammy';
import { NotSent, openHttp } from './http.ts';

/** How long one call may take: longer than Telegram ever needs; an edit and a new message together stay below a claim's 30 s. */
const CALL_TIMEOUT_MS = 12_000;
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
    // Files are rare: grammY's own client knows multipart.
    if (method === 'sendDocument') return previous(method, payload, signal);
    const wait = method === 'getUpdates' ? POLL_SECONDS * 1000 : 0;
    // grammY's own signal type comes from a polyfill; it is used here only as what it is.
    const stop = signal as AbortSignal | undefined;
    const answer = await http.post(prefix + method, JSON.stringify(payload ?? {}), CALL_TIMEOUT_MS + wait, stop);
    return parse(answer.status, answer.body) as Awaited<ReturnType<typeof previous>>;
  };
  api.config.use(direct as Transformer);
  return { api, close: () => http.close() };
}

/** The answer in Bot API form, also where a proxy answered instead of Telegram: its words say nothing about a chat. */
function parse(status: number, body: string): unknown {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer;
  } catch {
    // No JSON: a proxy's page.
  }
  if (status >= 400 && status < 500) throw new NotSent(`A proxy answered ${status} instead of Telegram.`);
  return { ok: false, error_code: 502, description: 'The answer was not from the Bot API.' };
}
