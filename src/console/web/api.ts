import { signal } from '@preact/signals';

/** `out`: the session is over. The page stays as it is, so that nothing typed is lost. */
export const session = signal<'unknown' | 'in' | 'out'>('unknown');
/** False while the server cannot be reached. */
export const online = signal(true);

const BASE = '/console/api/';
const TOKEN = 'anlin-token';

/** What the server refused, with its status. Status 0: it was not reached. */
export class CallFailed extends Error {
  readonly status: number;
  readonly answer: unknown;
  constructor(status: number, answer: unknown) {
    super(`The server answered ${status}.`);
    this.status = status;
    this.answer = answer;
  }
}

/** Keeps the token of a page inside a messenger, which has no reliable cookies. */
export function keepToken(token: string | undefined): void {
  if (token) sessionStorage.setItem(TOKEN, token);
  else sessionStorage.removeItem(TOKEN);
}

export function headers(): Record<string, string> {
  const token = sessionStorage.getItem(TOKEN);
  return { 'x-anlin-page': '1', ...(token ? { authorization: `Bearer ${token}` } : {}) };
}

/** Calls the console's API. A body is sent as JSON, a form as it is. Throws CallFailed. */
export async function call<T>(path: string, method = 'GET', body?: object): Promise<T> {
  const isForm = body instanceof FormData;
  const json = method === 'GET' || isForm ? {} : { 'content-type': 'application/json' };
  const sent = body === undefined ? (method === 'GET' ? null : '{}') : isForm ? body : JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(BASE + path, { method, headers: { ...headers(), ...json }, body: sent });
  } catch {
    online.value = false;
    throw new CallFailed(0, undefined);
  }
  online.value = true;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.status === 401 && session.value === 'in') session.value = 'out';
  if (!response.ok) throw new CallFailed(response.status, answer);
  return answer as T; // the server's own types
}

/** Downloads a file of the API; a body is what the file is made of. */
export async function download(path: string, name: string, body?: object): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(BASE + path, { ...sent, headers: { ...headers(), ...(body ? json : {}) } });
  if (!response.ok) throw new CallFailed(response.status, await response.json().catch(() => undefined));
  saveFile(await response.blob(), name);
}

/** Gives the browser a file to keep. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
