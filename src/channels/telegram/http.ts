import { Pool } from 'undici';

/** The request never left: nothing was written to the other side, so it may be tried again without harm. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}
/** The request was written and no whole answer came: it may have taken effect. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}

export type Answer = { readonly status: number; readonly body: string };

/** Posts JSON over kept-alive connections; undici's dispatch, because it is the fastest client and tells whether a request was written. */
export type Http = {
  post(path: string, body: string, timeoutMs: number, signal?: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
};

const CONNECTIONS = 100;

/** A client for one server. It never repeats anything by itself. */
export function openHttp(origin: string): Http {
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1, connect: { timeout: 5000 } });
  return {
    post: (path, body, timeoutMs, signal) =>
      new Promise((resolve, reject) => {
        let written = false;
        let settled = false;
        let status = 0;
        let abort: ((reason: Error) => void) | undefined;
        const chunks: Buffer[] = [];
        const fail = (cause: unknown) => {
          if (settled) return;
          settled = true;
          clearTimeout(timer);
          signal?.removeEventListener('abort', stop);
          const message = cause instanceof Error ? cause.message : String(cause);
          reject(written ? new AnswerLost(message, { cause }) : new NotSent(message, { cause }));
        };
        const stop = () => {
          const reason = new Error('stopped');
          abort?.(reason);
          fail(reason);
        };
        const timer = setTimeout(() => {
          const reason = new Error(`no answer in ${timeoutMs} ms`);
          abort?.(reason);
          fail(reason);
        }, timeoutMs);
        if (signal?.aborted) return stop();
        signal?.addEventListener('abort', stop, { once: true });
        const headers = { 'content-type': 'application/json' };
        const timeouts = { headersTimeout: 0, bodyTimeout: 0 };
        pool.dispatch(
          { path, method: 'POST', headers, body, ...timeouts },
          {
            onRequestStart(controller) {
              // Given up while it waited for a connection: it must not go out any more.
              if (settled) return controller.abort(new Error('given up'));
              written = true;
              abort = (reason) => controller.abort(reason);
            },
            onResponseStart(_controller, code) {
              status = code;
            },
            onResponseData(_controller, chunk) {
              chunks.push(chunk);
            },
            onResponseEnd() {
              if (settled) return;
              settled = true;
              clearTimeout(timer);
              signal?.removeEventListener('abort', stop);
              resolve({ status, body: chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString() });
            },
            onResponseError(_controller, error) {
              fail(error);
            },
          },
        );
      }),
    close: () => pool.destroy(),
  };
}
