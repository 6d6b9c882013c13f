import type { Log } from '../../log.ts';
import type { CallbackKeys } from './message-crypto.ts';
import { isSignature, openMessage } from './message-crypto.ts';

/** Longest body of a call, bytes. */
const BODY_MAX_BYTES = 65_536;
/** A call that is older or younger than this is a replay, s. */
const SKEW_MAX_S = 300;

/** An encrypted element of the envelope. The envelope is not signed, so nothing else of it counts. */
const ENCRYPTED = /<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*<\/Encrypt>/;

type CallbackSettings = {
  readonly keys: CallbackKeys;
  readonly now: () => number;
  readonly log: Log;
  /** WeCom encrypts the challenge of the address check. */
  readonly sealsChallenge?: true;
  /** Takes a decrypted message; resolves once it is safe. */
  readonly take: (xml: string) => Promise<void>;
};

/** Answers the calls of the platform: the check of the address (GET) and messages (POST), encrypted only. */
export async function answerCallback(
  request: Request,
  { keys, now, log, sealsChallenge, take }: CallbackSettings,
): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const of = (name: string) => query.get(name) ?? '';
  const fields = { timestamp: of('timestamp'), nonce: of('nonce') };
  const refuse = (why: string, status = 401) => {
    log.warn({ reason: why }, 'a call of the platform was refused');
    return new Response(null, { status });
  };
  if (Math.abs(Number(fields.timestamp) - now() / 1000) > SKEW_MAX_S) return refuse('timestamp');
  if (request.method === 'GET' && sealsChallenge) {
    const opened = openMessage({ ...fields, encrypted: of('echostr'), signature: of('msg_signature') }, keys);
    return opened.type === 'opened' ? new Response(opened.message) : refuse(opened.why);
  }
  if (request.method === 'GET') {
    if (!isSignature(of('signature'), keys.token, fields)) return refuse('signature');
    return new Response(of('echostr'));
  }
  if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'GET, POST' } });
  const body = await request.text();
  if (Buffer.byteLength(body) > BODY_MAX_BYTES) return refuse('too long', 413);
  if (/<!DOCTYPE/i.test(body)) return refuse('document type', 400);
  const encrypted = ENCRYPTED.exec(body)?.[1];
  // A plain message proves nothing: its signature does not cover the body.
  if (!encrypted) return refuse('not encrypted', 400);
  const opened = openMessage({ ...fields, encrypted, signature: of('msg_signature') }, keys);
  if (opened.type === 'refused') return refuse(opened.why);
  await take(opened.message);
  return new Response('success');
}
