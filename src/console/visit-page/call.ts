/** The answer to a signed call. `later`: no network, or the server is busy. */
export type Answered =
  | { readonly type: 'ok'; readonly body: unknown }
  | { readonly type: 'refused'; readonly why: string }
  | { readonly type: 'later'; readonly afterMs: number | undefined };

/** A phone that changes its network leaves calls without an answer. */
const TIMEOUT_MS = 60_000;

/** Makes a key pair. Its private key cannot be read, by this page either: it only signs. */
export function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
}

/** Posts a body with its signature. */
export async function call(path: string, body: Blob, { privateKey }: CryptoKeyPair): Promise<Answered> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const bytes = await body.arrayBuffer();
    const signed = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes);
    const headers = { 'content-type': body.type || 'application/octet-stream', 'x-signature': base64url(signed) };
    const answer = await fetch(`/visit/${path}`, { method: 'POST', body: bytes, headers, signal: stop.signal });
    if (answer.ok) return { type: 'ok', body: await answer.json() };
    const wait = Number(answer.headers.get('retry-after'));
    if (answer.status === 429 || answer.status >= 500)
      return { type: 'later', afterMs: wait > 0 ? Math.min(wait, 60) * 1000 : undefined };
    const { error } = (await answer.json()) as { readonly error?: string }; // the server's own answer
    return { type: 'refused', why: error ?? 'other' };
  } catch {
    return { type: 'later', afterMs: undefined };
  } finally {
    clearTimeout(timer);
  }
}

function base64url(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
