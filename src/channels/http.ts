import type { Pool } from 'undici';
import { onUse } from '../on-use.ts';

/** The pool alone: the whole of undici, with its own fetch and sockets, takes three times as long to load. */
const pools = onUse<typeof import('undici').Pool>('undici/lib/dispatcher/pool.js');

/** The request was not written to the connection: it is safe to repeat. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}
/** The request was written, but no complete answer came: it may have taken effect. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}

/** `retryAfter`: the header of that name. */
export type HttpAnswer = { readonly status: number; readonly body: string; readonly retryAfter: string | undefined };

/** Calls one server over kept-alive connections. Calls reject with NotSent or AnswerLost; nothing is repeated. */
export type Http = {
  get(path: string, timeoutMs: number): Promise<HttpAnswer>;
  /** Posts JSON unless `headers` are given. */
  post(
    path: string,
    body: string,
    timeoutMs: number,
    signal?: AbortSignal,
    headers?: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer>;
  close(): Promise<void>;
};

const CONNECTIONS = 100;
const JSON_HEADERS = { 'content-type': 'application/json' };

/** Opens a client for one server. */
export function openHttp(origin: string): Http {
  const pool = new (pools())(origin, { connections: CONNECTIONS, pipelining: 1, connect: { timeout: 5000 } });
  const call = (sent: Omit<Calling, 'pool' | 'resolve' | 'reject'>) =>
    new Promise<HttpAnswer>((resolve, reject) => {
      dispatch({ ...sent, pool, resolve, reject });
    });
  return {
    get: (path, timeoutMs) => call({ method: 'GET', path, body: null, timeoutMs, signal: undefined, headers: {} }),
    post: (path, body, timeoutMs, signal, headers = JSON_HEADERS) =>
      call({ method: 'POST', path, body, timeoutMs, signal, headers }),
    close: () => pool.destroy(),
  };
}

type Calling = {
  readonly pool: Pool;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: NotSent | AnswerLost) => void;
};

/** Uses undici's dispatch: it is the fastest client, and it shows whether a request was written. */
function dispatch({ pool, method, path, body, timeoutMs, signal, headers, resolve, reject }: Calling): void {
  let written = false;
  let settled = false;
  let status = 0;
  let retryAfter: string | undefined;
  let abort: ((reason: Error) => void) | undefined;
  const chunks: Buffer[] = [];
  /** True for the first caller only. */
  const settles = (): boolean => {
    if (settled) return false;
    settled = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    return true;
  };
  const fail = (cause: unknown): void => {
    if (!settles()) return;
    const message = cause instanceof Error ? cause.message : String(cause);
    reject(written ? new AnswerLost(message, { cause }) : new NotSent(message, { cause }));
  };
  const giveUp = (why: string): void => {
    const reason = new Error(why);
    abort?.(reason);
    fail(reason);
  };
  const stop = () => giveUp('stopped');
  const timer = setTimeout(() => giveUp(`no answer in ${timeoutMs} ms`), timeoutMs);
  if (signal?.aborted) return stop();
  signal?.addEventListener('abort', stop, { once: true });
  const timeouts = { headersTimeout: 0, bodyTimeout: 0 };
  pool.dispatch(
    { path, method, headers, body, ...timeouts },
    {
      onRequestStart(controller) {
        // The call was given up while it waited for a connection, so it must not be sent.
        if (settled) return controller.abort(new Error('given up'));
        written = true;
        abort = (reason) => controller.abort(reason);
      },
      onResponseStart(_controller, code, answered) {
        status = code;
        retryAfter = answered['retry-after']?.toString();
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        if (!settles()) return;
        const text = chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString();
        resolve({ status, body: text, retryAfter });
      },
      onResponseError(_controller, error) {
        fail(error);
      },
    },
  );
}
