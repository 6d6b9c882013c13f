import { GrammyError } from 'grammy/web';
import type { SendOutcome } from '../channel.ts';
import { AnswerLost, NotSent } from './http.ts';

/** Telegram's error texts for an unreachable chat, from the source of its Bot API server. */
const GONE =
  /bot was blocked by the user|user is deactivated|bot was kicked|bot is not a member|group chat was deleted|bot can't initiate conversation|chat not found|private chat not found|PEER_ID_INVALID|bot can't send messages to bots/i;
const NOT_SENT_PAUSE_MS = 1000;
/** Only the operator can replace a revoked token, so one try a minute is enough. */
const NO_TOKEN_PAUSE_MS = 60_000;

/** Derives the outcome of a failed call. */
export function outcomeOf(error: unknown): SendOutcome {
  if (error instanceof GrammyError) return outcomeOfRefusal(error);
  if (error instanceof AnswerLost) return { type: 'unknown', reason: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof NotSent) return { type: 'later', afterMs: NOT_SENT_PAUSE_MS, scope: 'account', reason };
  return { type: 'rejected', reason };
}

function outcomeOfRefusal(error: GrammyError): SendOutcome {
  const { error_code: code, description, parameters } = error;
  const reason = `${code} ${description}`;
  if (code === 429) {
    const afterMs = (parameters.retry_after ?? 1) * 1000;
    return { type: 'later', afterMs, scope: 'account', reason };
  }
  if (code >= 500) return { type: 'unknown', reason };
  if (parameters.migrate_to_chat_id) return { type: 'moved', to: `telegram:${parameters.migrate_to_chat_id}` };
  if (code === 401 || code === 404) return { type: 'later', afterMs: NO_TOKEN_PAUSE_MS, scope: 'account', reason };
  if (code === 403 || GONE.test(description)) return { type: 'gone', reason };
  // An unknown code concerns this message, not the chat.
  return { type: 'rejected', reason };
}
