import { createHmac, timingSafeEqual } from 'node:crypto';
import { MINUTE_MS } from '../../calendar.ts';
import type { Proven } from '../channel.ts';

/** A Mini App's launch data count for this long. */
const LIFETIME_MS = 5 * MINUTE_MS;
/** Telegram's clock may be this far ahead of ours. */
const AHEAD_MS = MINUTE_MS;

/**
 * Reads the launch data of a Mini App; undefined unless Telegram signed them with this bot's token, lately.
 * All fields but `hash` are signed, so also `signature`, which is for third parties without the token.
 */
export function readInitData(initData: string, token: string, now: number): Proven | undefined {
  const pairs = [...new URLSearchParams(initData)];
  const fields = new Map(pairs);
  const lines = pairs.flatMap(([name, value]) => (name === 'hash' ? [] : [`${name}=${value}`])).sort();
  const signed = lines.join('\n');
  // A field twice, or a line break in a field, would let one signature fit several readings.
  if (fields.size !== pairs.length || signed.split('\n').length !== lines.length) return undefined;
  const key = createHmac('sha256', 'WebAppData').update(token).digest();
  const expected = createHmac('sha256', key).update(signed).digest('hex');
  if (!isSame(fields.get('hash') ?? '', expected)) return undefined;
  const at = Number(/^\d{1,12}$/.exec(fields.get('auth_date') ?? '')?.[0] ?? Number.NaN) * 1000;
  if (!(at > now - LIFETIME_MS && at <= now + AHEAD_MS)) return undefined;
  const id = readUserId(fields.get('user'));
  return id === undefined ? undefined : { person: `telegram:${id}`, once: `telegram:${expected}` };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function readUserId(user = ''): number | undefined {
  try {
    const { id, is_bot } = JSON.parse(user) as { readonly id?: unknown; readonly is_bot?: unknown }; // checked below
    return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 && is_bot !== true ? id : undefined;
  } catch {
    return undefined; // no user: the app was opened in a chat
  }
}
