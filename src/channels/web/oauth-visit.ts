import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { MINUTE_MS } from '../../calendar.ts';

/** Remembers that this browser went to the page of OAuth, and where it wanted to go. */
const COOKIE = '__Host-anlin-oauth';
/** The answer comes as a navigation from another site, which a strict cookie would not survive. */
const SETTINGS = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;
/** Lifetime of a code of OAuth. */
const VISIT_MS = 5 * MINUTE_MS;

/** Begins a visit to a page of OAuth; returns its state. Only this browser can end it. */
export function beginOauth(c: Context, to: string): string {
  const state = randomBytes(16).toString('base64url');
  const value = `${state}.${Buffer.from(to).toString('base64url')}`;
  setCookie(c, COOKIE, value, { ...SETTINGS, maxAge: VISIT_MS / 1000 });
  return state;
}

/** Ends a visit, once: returns the code and the page that was wanted; undefined if another browser began it. */
export function endOauth(c: Context): { readonly code: string; readonly to: string } | undefined {
  const [state = '', to = ''] = (getCookie(c, COOKIE) ?? '').split('.');
  deleteCookie(c, COOKIE, SETTINGS);
  const { state: said = '', code = '' } = c.req.query();
  const [a, b] = [Buffer.from(state), Buffer.from(said)];
  if (state === '' || code === '' || a.length !== b.length || !timingSafeEqual(a, b)) return undefined;
  return { code, to: Buffer.from(to, 'base64url').toString() };
}
