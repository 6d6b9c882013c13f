import type { Http, HttpAnswer } from '../http.ts';
import { AnswerLost, NotSent, openHttp } from '../http.ts';
import { TOKEN_REFUSED, WechatRefusal } from './outcome.ts';

/** A call without an answer for this long has an unknown outcome, ms. */
const CALL_TIMEOUT_MS = 10_000;
/** A token is renewed this long before its end; old and new are both valid meanwhile, ms. */
const RENEW_BEFORE_MS = 5 * 60_000;
const MEDIA_MAX_BYTES = 10 * 1024 * 1024;

/** The call that gives a token. `body`: JSON of a POST. */
export type TokenCall = { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: object };
export type Answer = { readonly errcode?: number; readonly errmsg?: string; readonly [field: string]: unknown };

/** The calls that WeChat and WeCom share. They reject with WechatRefusal, NotSent or AnswerLost. */
export type TokenApi = {
  post(path: string, body: object): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** A call that has the account's secret in place of a token. */
  getBare(path: string): Promise<Answer>;
  /** Uploads a file for three days; returns its media id. */
  upload(type: 'image' | 'voice', bytes: Uint8Array, name: string): Promise<string>;
  download(mediaId: string): Promise<Uint8Array>;
  /** Fetches a token: rejects if the platform refuses the account or this server's address. */
  check(): Promise<void>;
  close(): Promise<void>;
};

/** Opens the API. Every process fetches its own token: the platform gives all of them the same one. */
export function openTokenApi(root: string, { method, path, body = {} }: TokenCall, now: () => number): TokenApi {
  const http = openHttp(root);
  let token: { readonly value: string; readonly until: number } | undefined;
  let fetching: Promise<string> | undefined;

  const getBare = async (to: string): Promise<Answer> => read(await http.get(to, CALL_TIMEOUT_MS));
  const fetchToken = async (): Promise<string> => {
    const answer = method === 'POST' ? await call(http, path, JSON.stringify(body)) : await getBare(path);
    const value = String(answer.access_token);
    token = { value, until: now() + Number(answer.expires_in) * 1000 - RENEW_BEFORE_MS };
    return value;
  };
  const currentToken = async (): Promise<string> => {
    if (token && now() < token.until) return token.value;
    fetching ??= fetchToken()
      .catch((error: unknown) => {
        // Without a token no message was sent, whatever became of this call.
        throw error instanceof WechatRefusal ? error : new NotSent('No token could be fetched.', { cause: error });
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };
  /** Makes a call with a token; a refused one is replaced once. */
  const withToken = async <T>(work: (token: string) => Promise<T>): Promise<T> => {
    const used = await currentToken();
    try {
      return await work(used);
    } catch (error) {
      if (!(error instanceof WechatRefusal) || !TOKEN_REFUSED.includes(error.code)) throw error;
      if (token?.value === used) token = undefined;
      return work(await currentToken());
    }
  };
  return {
    post: (to, content) => withToken((value) => call(http, withQuery(to, value), JSON.stringify(content))),
    get: (to) => withToken((value) => getBare(withQuery(to, value))),
    getBare,
    upload: (type, bytes, name) =>
      withToken(async (value) => {
        const form = new FormData();
        form.set('media', new Blob([new Uint8Array(bytes)]), name);
        const url = `${root}/cgi-bin/media/upload?access_token=${value}&type=${type}`;
        const answer = await fetch(url, { method: 'POST', body: form, signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
        return String(checked(await answer.text()).media_id);
      }),
    download: (mediaId) =>
      withToken(async (value) => {
        const url = `${root}/cgi-bin/media/get?access_token=${value}&media_id=${encodeURIComponent(mediaId)}`;
        const answer = await fetch(url, { signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
        if (Number(answer.headers.get('content-length')) > MEDIA_MAX_BYTES) throw new Error('The file is too large.');
        const bytes = new Uint8Array(await answer.arrayBuffer());
        // An error is JSON where the file would be.
        if (bytes[0] === 0x7b) checked(Buffer.from(bytes).toString());
        return bytes;
      }),
    async check() {
      await currentToken();
    },
    close: () => http.close(),
  };
}

function withQuery(path: string, token: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}access_token=${token}`;
}

async function call(http: Http, path: string, body: string): Promise<Answer> {
  return read(await http.post(path, body, CALL_TIMEOUT_MS));
}

function read({ status, body }: HttpAnswer): Answer {
  if (status !== 200) throw new AnswerLost(`status ${status}`);
  return checked(body);
}

/** Reads an answer. A gateway's page in its place leaves the outcome unknown. */
function checked(text: string): Answer {
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch {
    throw new AnswerLost('The answer is no JSON.');
  }
  if (answer.errcode)
    throw new WechatRefusal(answer.errcode, String(answer.errmsg ?? '').split(/ rid:|, hint:/)[0] ?? '');
  return answer;
}
