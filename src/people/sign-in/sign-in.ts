import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import type { Grant } from '../role.ts';
import type { BrowserName } from './browser-name.ts';

/** Lifetime of a link, and of a browser that waits for its number. */
export const SIGN_IN_MS = 5 * MINUTE_MS;
/** A session without a call for this long has ended. */
const IDLE_MS = 30 * MINUTE_MS;
/** A session ends this long after its sign-in, however busy it is. */
export const SESSION_MS = 12 * HOUR_MS;
/** A confirmed number allows dangerous deeds for this long. */
const STEP_UP_MS = 5 * MINUTE_MS;
/** Sessions of one person; a further one ends the one unused for longest. */
export const SESSIONS_MAX = 10;

/** The ways into the console. */
export type Door = 'link' | 'mini_app' | 'oauth' | 'demo';

/** A link that the bot gave. A person has one at a time. */
export type ConsoleLink = { readonly hash: string; readonly until: number /* ms since the epoch */ };

/** A browser that shows a number until its organiser taps the same number in the chat. A person has one at a time. */
export type WaitingBrowser = {
  readonly id: string;
  readonly hash: string;
  /** The session that it steps up; undefined: it signs in. */
  readonly session?: string;
  readonly number: number;
  /** The number among two others, in the order of the buttons. */
  readonly shown: readonly number[];
  readonly browser: BrowserName;
  readonly at: number; // ms since the epoch
  readonly until: number; // ms since the epoch
  readonly state: 'waiting' | 'confirmed' | 'refused';
};

/** A signed-in browser. */
export type ConsoleSession = {
  readonly id: string;
  readonly hash: string;
  readonly door: Door;
  readonly browser: BrowserName;
  readonly since: number; // ms since the epoch
  /** Time of the last confirmed number after the sign-in, ms since the epoch. */
  readonly steppedUpAt?: number;
};

/** A session with the time of its last use, ms since the epoch. */
export type UsedSession = ConsoleSession & { readonly seen: number };

/** The stored part of a token. It names its owner's pseudonym, under which the store keeps `hash`. */
export type TokenPrint = { readonly pseudonym: string; readonly id: string; readonly hash: string };

/** A new token of 256 random bits with its print. Only the print is stored. */
export function newToken(pseudonym: string): TokenPrint & { readonly token: string } {
  const token = `${pseudonym}.${randomBytes(32).toString('base64url')}`;
  return { token, ...printOf(pseudonym, token) };
}

/** Reads a token; undefined for a text that cannot be one. */
export function readToken(token: string | undefined): TokenPrint | undefined {
  const pseudonym = /^([\w-]{12})\.[\w-]{43}$/.exec(token ?? '')?.[1];
  return pseudonym === undefined ? undefined : printOf(pseudonym, token ?? '');
}

function printOf(pseudonym: string, token: string): TokenPrint {
  const hash = createHash('sha256').update(token).digest('base64url');
  return { pseudonym, id: hash.slice(0, 12), hash };
}

/** True if a token belongs to a stored hash. A missing hash takes the same time as a wrong one. */
export function isToken({ hash }: TokenPrint, stored = NO_HASH): boolean {
  const [given, kept] = [Buffer.from(hash), Buffer.from(stored)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}
const NO_HASH = '-'.repeat(43);

/** True while a session lasts, idle or not. */
export function isLive({ since, seen }: UsedSession, now: number): boolean {
  return now < since + SESSION_MS && now < seen + IDLE_MS;
}

/**
 * True while the roles last with which a session began.
 * A person who lost all roles and later got one again signs in again.
 */
export function keepsRoles({ since }: ConsoleSession, grants: readonly Grant[]): boolean {
  return grants.some((grant) => grant.since <= since);
}

/** True if a dangerous deed needs a number from the chat first. */
export function needsStepUp({ steppedUpAt }: ConsoleSession, now: number): boolean {
  return steppedUpAt === undefined || now >= steppedUpAt + STEP_UP_MS;
}

/** A browser that waits from now on, with a number for its page among three for the chat. */
export function waitingBrowser(
  { id, hash }: TokenPrint,
  wanted: Pick<WaitingBrowser, 'browser' | 'session'>,
  now: number,
  random: (below: number) => number,
): WaitingBrowser {
  const left = Array.from({ length: 90 }, (_, i) => i + 10);
  const shown = [0, 0, 0].flatMap(() => left.splice(random(left.length), 1));
  const number = shown[random(shown.length)] ?? 0;
  return { id, hash, ...wanted, number, shown, at: now, until: now + SIGN_IN_MS, state: 'waiting' };
}

/** The state of a waiting browser at a time. */
export function stateOf({ state, until }: WaitingBrowser, now: number): WaitingBrowser['state'] | 'expired' {
  return now < until ? state : 'expired';
}
