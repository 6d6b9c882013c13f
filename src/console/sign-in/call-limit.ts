import type { Context } from 'hono';
import { MINUTE_MS } from '../../calendar.ts';
import { openCallWindows } from '../../call-windows.ts';

/** Calls that a caller has in the window. */
const CALLS_MAX = 10;
const WINDOW_MS = 5 * MINUTE_MS;
/** Callers in memory; beyond this many, the oldest window is dropped. */
const CALLERS_MAX = 10_000;

/** Counts the calls of each caller that matter: failed ones, or those that disturb a person. */
export type CallLimit = {
  /** Seconds until the caller may call again; 0: now. */
  readonly waitS: (caller: string) => number;
  readonly count: (caller: string) => void;
};

/** The answer to a caller who must wait. */
export function tooMany(c: Context, waitS: number): Response {
  return c.json({ error: 'too_many' }, 429, { 'retry-after': String(waitS) });
}

/**
 * Opens a limit. It lives in this process alone: guesses of 256 bits fail without it, and it only keeps noise small.
 * So a restart, or a second process, may double what a caller has.
 */
export function openCallLimit(now: () => number): CallLimit {
  const windows = openCallWindows(now, WINDOW_MS, CALLERS_MAX);
  return {
    waitS: (caller) => (windows.callsOf(caller) >= CALLS_MAX ? Math.ceil(windows.leftMs(caller) / 1000) : 0),
    count: (caller) => void windows.count(caller),
  };
}
