import { GrammyError, HttpError } from 'grammy/web';
import type { SendOutcome } from '../channel.ts';
import { AnswerLost, NotSent } from '../http.ts';

/** Telegram's error texts for an unreachable chat, from the source of its Bot API server. */
const GONE =
  /bot was blocked by the user|user is deactivated|bot was kicked|bot is not a member|group chat was deleted|bot can't initiate conversation|chat not found|private chat not found|PEER_ID_INVALID|bot can't send messages to bots/i;
/** Refusals of one kind of content: the chat takes other messages. Telegram answers some of them with 403. */
const OF_CONTENT = /\b(?!CHAT_WRITE)[A-Z]+(_[A-Z]+)+_FORBIDDEN|not enough rights to send/;
/** Connection errors before a request could be written. */
const UNREACHED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)$/;
const NOT_SENT_PAUSE_MS = 1000;
/** Only the operator can replace a revoked token, so one try a minute is enough. */
const NO_TOKEN_PAUSE_MS = 60_000;

/** Derives the outcome of a failed call. */
export function outcomeOf(error: unknown): SendOutcome {
  if (error instanceof GrammyError) return outcomeOfRefusal(error);
  if (error instanceof AnswerLost) return { type: 'unknown', reason: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof HttpError && !isUnreached(error)) return { type: 'unknown', reason };
  if (error instanceof NotSent || error instanceof HttpError)
    return { type: 'later', afterMs: NOT_SENT_PAUSE_MS, scope: 'account', reason, why: 'network' };
  return { type: 'rejected', reason };
}

/** True if Telegram refused this message and not the chat, the account or the moment. */
export function isRefusal(error: GrammyError): boolean {
  return outcomeOfRefusal(error).type === 'rejected';
}

/** grammY's client, which uploads files, wraps the error of the connection. */
function isUnreached({ error }: HttpError): boolean {
  return UNREACHED.test(String((error as { readonly code?: unknown } | undefined)?.code));
}

function outcomeOfRefusal(error: GrammyError): SendOutcome {
  const { error_code: code, description, parameters } = error;
  const reason = `${code} ${description}`;
  if (code === 429) {
    const afterMs = (parameters.retry_after ?? 1) * 1000;
    return { type: 'later', afterMs, scope: 'account', reason, why: 'rate' };
  }
  if (code >= 500) return { type: 'unknown', reason };
  if (parameters.migrate_to_chat_id) return { type: 'moved', to: `telegram:${parameters.migrate_to_chat_id}` };
  if (code === 401 || code === 404)
    return { type: 'later', afterMs: NO_TOKEN_PAUSE_MS, scope: 'account', reason, why: 'credentials' };
  if (OF_CONTENT.test(description)) return { type: 'rejected', reason };
  if (code === 403 || GONE.test(description)) return { type: 'gone', reason };
  // An unknown code concerns this message, not the chat.
  return { type: 'rejected', reason };
}
