import type { SendOutcome } from '../channel.ts';
import { AnswerLost, NotSent } from '../http.ts';
import { TOKEN_REFUSED, WechatRefusal } from '../wechat/outcome.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HALF_HOUR_MS = 30 * MINUTE_MS;
/** Only the operator cures these: the address list, the secret, the app's id. */
const OF_APP: readonly number[] = [60020, 40001, 40013, 40056, 301002];
/** Calls of a minute, of an hour, of the app. */
const OF_RATE: readonly number[] = [45009, 45033, -1];
/** The member is not there, or the app is not shown to them. */
const GONE: readonly number[] = [81013, 60111, 60011];
const KNOWN_TASK = 42014;

/** True if a card with this task id was sent before. */
export function isKnownTask(error: unknown): boolean {
  return error instanceof WechatRefusal && error.code === KNOWN_TASK;
}

/** Derives the outcome of a failed send. */
export function outcomeOf(error: unknown): SendOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  const wait = (afterMs: number, why: 'rate' | 'credentials' | 'network') =>
    ({ type: 'later', afterMs, scope: 'account', reason, why }) as const;
  if (error instanceof NotSent) return wait(SECOND_MS, 'network');
  if (error instanceof AnswerLost) return { type: 'unknown', reason };
  if (!(error instanceof WechatRefusal)) return { type: 'rejected', reason };
  const { code } = error;
  if (OF_APP.includes(code)) return wait(HALF_HOUR_MS, 'credentials');
  if (TOKEN_REFUSED.includes(code)) return wait(MINUTE_MS, 'credentials');
  if (OF_RATE.includes(code)) return wait(MINUTE_MS, 'rate');
  return GONE.includes(code) ? { type: 'gone', reason } : { type: 'rejected', reason };
}

/** The trouble of the app in one line with its cure; undefined for a passing one. */
export function troubleOf(outcome: SendOutcome): string | undefined {
  if (outcome.type !== 'later' || outcome.why !== 'credentials') return undefined;
  if (outcome.reason.startsWith('60020'))
    return `WeCom refuses this server's address (${outcome.reason}). Add it to the app's trusted IP list.`;
  return `WeCom refuses the app (${outcome.reason}). Check WECOM_CORPID, WECOM_AGENTID and WECOM_SECRET.`;
}
