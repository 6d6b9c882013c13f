import type { Act } from './store.ts';
import { language } from './words.ts';

/** The result of one try. `later`: try again after this time; `refused`: the server will never take it. */
export type Tried =
  | { readonly type: 'sent' }
  | { readonly type: 'later'; readonly afterMs: number | undefined; readonly busy: boolean }
  | { readonly type: 'refused'; readonly why: string };

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
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const call = (to: string, content: BodyInit, format: string) =>
      fetch(to, { method: 'POST', body: content, headers: { 'content-type': format }, signal: stop.signal });
    // A browser that the server does not know yet gets its cookie first.
    const greet = () => call('/w/hello', '{}', 'application/json');
    let answer = isNew ? await greet() : await call(path, body, type);
    if (isNew ? answer.ok : answer.status === 401 && (await greet()).ok) answer = await call(path, body, type);
    if (answer.ok) return { body: await answer.json() };
    const wait = Number(answer.headers.get('retry-after'));
    if (answer.status === 429 || answer.status >= 500)
      return { type: 'later', afterMs: wait > 0 ? Math.min(wait, 60) * 1000 : undefined, busy: answer.status === 429 };
    const why = answer.status === 413 ? 'too_big' : answer.status === 415 ? 'no_photo' : 'failed';
    return { type: 'refused', why };
  } catch {
    return { type: 'later', afterMs: undefined, busy: false };
  } finally {
    clearTimeout(timer);
  }
}
