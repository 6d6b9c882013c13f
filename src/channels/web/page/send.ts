import { language } from './language.ts';
import type { Puzzle } from './puzzle/solved.ts';
import { solved, Unable } from './puzzle/solved.ts';
import { code } from './qr-code.ts';
import type { Act } from './store.ts';
import type { WordKey } from './words.ts';

/** The result of one try. `later`: try again after this time; `refused`: the server will never take it. */
export type Tried =
  | { readonly type: 'sent' }
  | { readonly type: 'later'; readonly afterMs: number | undefined; readonly why: 'offline' | 'busy' | 'unable' }
  | { readonly type: 'refused'; readonly why: string };

/** Why the server does not take an act. 401 after a greeting: the browser did not keep the cookie. */
const REFUSALS: Readonly<Record<number, WordKey>> = { 401: 'no_cookie', 413: 'too_big', 415: 'no_photo' };
/** A phone that changes its network leaves calls without an answer. */
const TIMEOUT_MS = 30_000;

/** Sends one act, its file first. A repeat has the same id, and the server takes it once. `isNew`: the server does not know the browser yet. */
export async function send({ id, kind, fields, blob }: Act, isNew: boolean): Promise<Tried> {
  let file: string | undefined;
  if (blob) {
    const sent = await post('/w/file', blob, blob.type || 'application/octet-stream', isNew);
    if (!('body' in sent)) return sent;
    file = (sent.body as { readonly file: string }).file; // the server's own answer
  }
  const body = JSON.stringify({ id, kind, language, ...fields, ...(file ? { file } : {}) });
  const sent = await post('/w/in', body, 'application/json', isNew && !blob);
  return 'body' in sent ? { type: 'sent' } : sent;
}

async function post(
  path: string,
  body: BodyInit,
  type: string,
  isNew = false,
): Promise<{ readonly body: unknown } | Exclude<Tried, { readonly type: 'sent' }>> {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const call = (to: string, content: BodyInit, format: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
      return fetch(to, { method: 'POST', body: content, headers: { 'content-type': format }, signal: stop.signal });
    };
    // A browser that the server does not know yet gets its cookie first, during a surge for a solved puzzle.
    const greet = async () => {
      const answer = await call('/w/hello', JSON.stringify({ code }), 'application/json');
      if (answer.status !== 428) return answer;
      const { puzzle } = (await answer.json()) as { readonly puzzle: Puzzle }; // the server's own answer
      clearTimeout(timer);
      return call('/w/hello', JSON.stringify({ code, ...(await solved(puzzle)) }), 'application/json');
    };
    let answer = isNew ? undefined : await call(path, body, type);
    if (!answer || answer.status === 401) {
      const greeted = await greet();
      answer = greeted.ok ? await call(path, body, type) : greeted;
    }
    if (answer.ok) return { body: await answer.json() };
    const wait = Number(answer.headers.get('retry-after'));
    if (answer.status === 428 || answer.status === 429 || answer.status >= 500)
      return {
        type: 'later',
        afterMs: wait > 0 ? Math.min(wait, 60) * 1000 : undefined,
        why: answer.status < 500 ? 'busy' : 'offline',
      };
    return { type: 'refused', why: REFUSALS[answer.status] ?? 'failed' };
  } catch (error) {
    return { type: 'later', afterMs: undefined, why: error instanceof Unable ? 'unable' : 'offline' };
  } finally {
    clearTimeout(timer);
  }
}
