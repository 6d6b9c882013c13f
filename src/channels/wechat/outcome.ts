import { MINUTE_MS } from '../../calendar.ts';
import type { SendOutcome } from '../channel.ts';
import { AnswerLost, NotSent } from '../http.ts';

/** WeChat refused a call: HTTP 200 with an error code. */
export class WechatRefusal extends Error {
  override readonly name = 'WechatRefusal';
  readonly code: number;
  constructor(code: number, message: string) {
    super(`${code} ${message}`);
    this.code = code;
  }
}

/** The token is unknown or expired: a new one may help at once. */
export const TOKEN_REFUSED: readonly number[] = [40001, 40014, 41001, 42001];
/** Only the operator cures these: the account, its secret, its rights, the list of addresses. */
const OF_ACCOUNT: readonly number[] = [40013, 40125, 40164, 48001, 48004, 50002];
const SECOND_MS = 1000;
/** The pause after a day's quota, which ends at midnight: a new try each half hour costs little. */
const HALF_HOUR_MS = 30 * MINUTE_MS;

/** Derives the outcome of a failed send. */
export function outcomeOf(error: unknown): SendOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof WechatRefusal) return outcomeOfRefusal(error.code, reason);
  if (error instanceof NotSent) return { type: 'later', afterMs: SECOND_MS, scope: 'account', reason, why: 'network' };
  return { type: error instanceof AnswerLost ? 'unknown' : 'rejected', reason };
}

function outcomeOfRefusal(code: number, reason: string): SendOutcome {
  const wait = (afterMs: number, why: 'rate' | 'quota' | 'credentials') =>
    ({ type: 'later', afterMs, scope: 'account', reason, why }) as const;
  if (code === -1) return wait(SECOND_MS, 'rate');
  if (code === 45011) return wait(MINUTE_MS, 'rate');
  if (code === 45009) return wait(HALF_HOUR_MS, 'quota');
  if (TOKEN_REFUSED.includes(code)) return wait(MINUTE_MS, 'credentials');
  if (OF_ACCOUNT.includes(code)) return wait(HALF_HOUR_MS, 'credentials');
  if (code === 45015) return { type: 'closed', why: 'window', reopens: 'inbound' };
  if (code === 45047) return { type: 'closed', why: 'count', reopens: 'inbound' };
  if (code === 48002 || code === 43101) return { type: 'closed', why: 'refused', reopens: 'inbound' };
  if (code === 40003 || code === 43004 || code === 50005) return { type: 'gone', reason };
  return { type: 'rejected', reason };
}

/** The trouble of an account in one line with its cure; undefined for a passing one. */
export function troubleOf(outcome: SendOutcome): string | undefined {
  if (outcome.type !== 'later' || outcome.why !== 'credentials') return undefined;
  if (outcome.reason.startsWith('40164'))
    return `WeChat refuses this server's address (${outcome.reason}). Add it to the IP white list of the account.`;
  return `WeChat refuses the account (${outcome.reason}). Check WECHAT_APPID and WECHAT_SECRET, and the account's rights.`;
}
