import { timingSafeEqual } from 'node:crypto';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';

export type Webhook = { readonly url: string; readonly secret: string };

/** The parameters of answerCallbackQuery, which stops the spinner on a tapped button. */
export type Acknowledgement = { readonly callback_query_id: string };

const BODY_MAX_BYTES = 1_000_000;
/** Telegram obeys this header. A store that restarts is back within this time. */
const RETRY_AFTER_SECONDS = '3';

/**
 * Opens the endpoint for Telegram's calls: it checks the secret, commits the update, then answers 200.
 * While the store is away it answers 503 with Retry-After, and Telegram keeps the update.
 */
export function openWebhook(
  webhook: Webhook,
  handleUpdate: (update: unknown) => Promise<Acknowledgement | undefined>,
  log: Log,
) {
  const path = new URL(webhook.url).pathname;
  const secret = padded(webhook.secret);
  const handle = async (request: Request): Promise<Response> => {
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    if (!timingSafeEqual(padded(request.headers.get('x-telegram-bot-api-secret-token') ?? ''), secret)) {
      log.warn('a webhook call without the secret was refused');
      return new Response(null, { status: 401 });
    }
    const update = await readJson(request);
    if (update === undefined) return new Response(null, { status: 400 });
    let stopSpinner: Acknowledgement | undefined;
    try {
      stopSpinner = await handleUpdate(update);
    } catch (error) {
      log.warn({ err: error }, 'an update could not be committed; Telegram will deliver it again');
      return new Response(null, { status: 503, headers: { 'retry-after': RETRY_AFTER_SECONDS } });
    }
    setImmediate(() => crashPoint('after_confirm'));
    // The answer may contain one API call, so the spinner stops without a request of its own.
    if (stopSpinner) return Response.json({ method: 'answerCallbackQuery', ...stopSpinner });
    return new Response(null, { status: 200 });
  };
  return { path, handle };
}

async function readJson(request: Request): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_MAX_BYTES) return undefined;
  try {
    const body = await request.text();
    return body.length > BODY_MAX_BYTES ? undefined : JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Telegram's longest secret, characters. */
const SECRET_MAX = 256;

/** Pads a secret to a fixed length and prefixes its own: the time of a comparison reveals neither content nor length. */
function padded(text: string): Buffer {
  const bytes = Buffer.alloc(SECRET_MAX + 4);
  bytes.writeUInt32LE(text.length);
  bytes.write(text, 4, SECRET_MAX);
  return bytes;
}
