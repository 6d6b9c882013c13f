import { HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import { refuse } from './errors.ts';

/** A time in which the account may write. `until`: ms since the epoch; the window is closed at that moment. */
export type OpenWindow = { readonly left: number; readonly until: number };

/** Typed words, a photo, a voice message or a place open the first; a tap, a scan or a follow the second. */
const WINDOWS = {
  said: { count: 5, lastsMs: 48 * HOUR_MS },
  touched: { count: 3, lastsMs: MINUTE_MS },
} as const;
/** The kind of an act, which decides the window that it opens. */
export type Act = keyof typeof WINDOWS;

/** Returns the windows after an act. A larger open window stays: after a tap it may offer more than the new one. */
export function openedBy(act: Act, windows: readonly OpenWindow[], now: number): readonly OpenWindow[] {
  const { count, lastsMs } = WINDOWS[act];
  const made = { left: count, until: now + lastsMs };
  if (act === 'said') return [made];
  const open = windows.filter(({ until }) => now < until);
  const isCovered = open.some(({ left, until }) => left >= count && until >= made.until);
  // Of two short windows, the newer counts.
  const longer = open.filter(({ until }) => until > made.until);
  return isCovered ? open : [...longer, made];
}

/** Returns the windows after one send, or refuses it. A send counts in every open window. */
export function afterSend(windows: readonly OpenWindow[], now: number): readonly OpenWindow[] {
  const open = windows.filter(({ until }) => now < until);
  if (open.length === 0) throw refuse(45015);
  if (open.every(({ left }) => left === 0)) throw refuse(45047);
  return open.map(({ left, until }) => ({ left: Math.max(0, left - 1), until }));
}
