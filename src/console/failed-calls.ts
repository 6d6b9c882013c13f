import type { Context } from 'hono';
import { MINUTE_MS } from '../calendar.ts';

/** Failures that a caller has in the window. */
const FAILURES_MAX = 10;
const WINDOW_MS = 5 * MINUTE_MS;
/** Callers in memory; beyond this many, the oldest window is dropped. */
const CALLERS_MAX = 10_000;

/** The answer to a caller who must wait. */
export function tooMany(c: Context, waitS: number): Response {
  return c.json({ error: 'too_many' }, 429, { 'retry-after': String(waitS) });
}

/** Counts the failed calls of each caller. */
export type FailedCalls = {
  /** Seconds until the caller may call again; 0: now. */
  readonly waitS: (caller: string) => number;
  readonly failed: (caller: string) => void;
};

/**
 * Opens the count. It lives in this process alone: guesses of 256 bits fail without it, and it only keeps noise small.
 * So a restart, or a second process, may double what a caller has.
 */
export function openFailedCalls(now: () => number): FailedCalls {
  const windows = new Map<string, { count: number; readonly until: number }>();
  const windowOf = (caller: string) => {
    const window = windows.get(caller);
    return window && now() < window.until ? window : undefined;
  };
  return {
    waitS(caller) {
      const window = windowOf(caller);
      return window && window.count >= FAILURES_MAX ? Math.ceil((window.until - now()) / 1000) : 0;
    },
    failed(caller) {
      const window = windowOf(caller);
      if (window) {
        window.count += 1;
        return;
      }
      windows.delete(caller);
      const [oldest] = windows.keys();
      if (windows.size >= CALLERS_MAX && oldest !== undefined) windows.delete(oldest);
      windows.set(caller, { count: 1, until: now() + WINDOW_MS });
    },
  };
}
