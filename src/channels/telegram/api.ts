import { Api, GrammyError } from 'grammy/web';
import { TIMINGS } from '../../timings.ts';
import { NotSent, openHttp } from '../http.ts';

/** Longest time that Telegram keeps a getUpdates call open, s. */
export const POLL_SECONDS = 25;

/** The Bot API with grammY's types and errors. */
export type TelegramApi = {
  /**
   * `raw` calls over `http.ts`; `sendJson` sends a message whose payload is JSON already.
   * `uploads` sends files over grammY's client, which is slower and rarely used.
   */
  readonly api: {
    readonly raw: Raw;
    readonly uploads: Raw;
    readonly sendJson: (body: string) => ReturnType<Raw['sendMessage']>;
  };
  close(): Promise<void>;
};
type Raw = Api['raw'];
type ApiAnswer = { readonly ok: boolean; readonly result?: unknown };

/** Opens the Bot API. A failed call throws GrammyError (refused), NotSent or AnswerLost. */
export function openApi(token: string, apiRoot: string, callTimeoutMs = TIMINGS.telegram.callTimeoutMs): TelegramApi {
  const root = new URL(apiRoot);
  const http = openHttp(root.origin);
  const prefix = `${root.pathname.replace(/\/$/, '')}/bot${token}/`;
  const method = (name: string) => {
    const path = prefix + name;
    const timeout = callTimeoutMs + (name === 'getUpdates' ? POLL_SECONDS * 1000 : 0);
    return async (payload: Readonly<Record<string, unknown>> | string = {}, signal?: AbortSignal): Promise<unknown> => {
      const json = typeof payload === 'string' ? payload : JSON.stringify(payload);
      const { status, body } = await http.post(path, json, timeout, signal);
      const answer = parse(status, body) as ApiAnswer;
      if (answer.ok) return answer.result;
      const refused = answer as unknown as ConstructorParameters<typeof GrammyError>[1];
      throw new GrammyError(`Call to '${name}' failed!`, refused, name, typeof payload === 'string' ? {} : payload);
    };
  };
  const uploads = new Api(token, { apiRoot, timeoutSeconds: callTimeoutMs / 1000 });
  const methods = new Map<string, unknown>();
  const get = (_: object, name: string) => {
    const call = methods.get(name) ?? method(name);
    methods.set(name, call);
    return call;
  };
  const sendJson = method('sendMessage') as TelegramApi['api']['sendJson'];
  return { api: { raw: new Proxy({}, { get }) as Raw, uploads: uploads.raw, sendJson }, close: () => http.close() };
}

/** Reads an answer. One without Bot API form came from a proxy and says nothing about the chat. */
function parse(status: number, body: string): unknown {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer;
  } catch {
    // Not JSON: the page of a proxy.
  }
  if (status >= 400 && status < 500) throw new NotSent(`A proxy answered ${status} instead of Telegram.`);
  return { ok: false, error_code: 502, description: 'The answer was not from the Bot API.' };
}
