import { Api, GrammyError } from 'grammy';
import { TIMINGS } from '../../timings.ts';
import { NotSent, openHttp } from './http.ts';

/** How long Telegram may keep a getUpdates call open, s. */
export const POLL_SECONDS = 25;

/** grammY's own types and errors; the calls themselves go straight to our transport. */
export type TelegramApi = {
  /** `uploads` carries files, by grammY's own client: slower, and rarely needed. */
  readonly api: { readonly raw: Raw; readonly uploads: Raw };
  close(): Promise<void>;
};
type Raw = Api['raw'];
type ApiAnswer = { readonly ok: boolean; readonly result?: unknown };

/** grammY's methods over our own transport: its types and error forms, and errors that say whether a call went out. */
export function openApi(token: string, apiRoot: string, callTimeoutMs = TIMINGS.telegram.callTimeoutMs): TelegramApi {
  const root = new URL(apiRoot);
  const http = openHttp(root.origin);
  const prefix = `${root.pathname.replace(/\/$/, '')}/bot${token}/`;
  const method = (name: string) => {
    const path = prefix + name;
    const timeout = callTimeoutMs + (name === 'getUpdates' ? POLL_SECONDS * 1000 : 0);
    return async (payload: Readonly<Record<string, unknown>> = {}, signal?: AbortSignal): Promise<unknown> => {
      const { status, body } = await http.post(path, JSON.stringify(payload), timeout, signal);
      const answer = parse(status, body) as ApiAnswer;
      if (answer.ok) return answer.result;
      const refused = answer as unknown as ConstructorParameters<typeof GrammyError>[1];
      throw new GrammyError(`Call to '${name}' failed!`, refused, name, payload);
    };
  };
  const uploads = new Api(token, { apiRoot, timeoutSeconds: callTimeoutMs / 1000 });
  const known = new Map<string, unknown>();
  const get = (_: object, name: string) => {
    const had = known.get(name) ?? method(name);
    known.set(name, had);
    return had;
  };
  return { api: { raw: new Proxy({}, { get }) as Raw, uploads: uploads.raw }, close: () => http.close() };
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
