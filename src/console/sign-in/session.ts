import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Urn } from '../../channels/channel.ts';
import type { Services } from '../../notify/services.ts';
import type { Person } from '../../people/person-store.ts';
import { loadPerson } from '../../people/person-store.ts';
import type { Grant } from '../../people/role.ts';
import type { TokenPrint, UsedSession } from '../../people/sign-in/sign-in.ts';
import { isLive, isToken, keepsRoles, readToken, SESSION_MS, SIGN_IN_MS } from '../../people/sign-in/sign-in.ts';
import type { Access } from '../../people/sign-in/sign-in-store.ts';
import { loadAccess, touchSession } from '../../people/sign-in/sign-in-store.ts';

/** The signed-in caller of a route, read from the store for this call. */
export type Organiser = {
  readonly urn: Urn;
  readonly person: Person;
  readonly grants: readonly Grant[];
  readonly session: UsedSession;
};
export type ConsoleEnv = { Variables: { organiser: Organiser } };

/** Cookies of a session and of a browser that waits for its number. The prefix binds them to this host. */
const COOKIES = { session: '__Host-anlin', waiting: '__Host-anlin-pre' } as const;
const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'Strict' } as const;
const LIFETIMES_MS = { session: SESSION_MS, waiting: SIGN_IN_MS } as const;
type TokenKind = keyof typeof COOKIES;

/** Lets only signed-in organisers pass, and puts them into the context. */
export function signedIn({ services }: { readonly services: Services }): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    const print = printIn(c, 'session');
    const organiser = print && (await loadOrganiser(print, services));
    // No count of failures: a tab that was left open asks on, and must not keep its owner from signing in.
    if (!organiser) return c.json({ error: 'signed_out' }, 401);
    const { store, now } = services;
    await touchSession(store, store.keys.console(print.pseudonym), organiser.session, now());
    c.set('organiser', organiser);
    return next();
  };
}

/** Loads the organiser of a session; undefined if it has ended, or the roles with which it began. */
export async function loadOrganiser(print: TokenPrint, { store, now }: Services): Promise<Organiser | undefined> {
  const access = await loadAccess(store, print.pseudonym);
  const session = access.sessions.find(({ hash }) => isToken(print, hash));
  if (!session || !isLive(session, now())) return undefined;
  const held = await loadRoles(access, { store });
  return held && keepsRoles(session, held.grants) ? { ...held, session } : undefined;
}

/** Loads the owner of an access with the roles of this moment; undefined without any. */
export async function loadRoles(
  { urn }: Access,
  { store }: Pick<Services, 'store'>,
): Promise<Omit<Organiser, 'session'> | undefined> {
  const person = urn && (await loadPerson(store, urn));
  const grants = person?.contact?.grants ?? [];
  return person && grants.length > 0 ? { urn: person.urn, person, grants } : undefined;
}

/** The token of a call: its bearer, else its cookie. Pages inside a messenger have no reliable cookies. */
export function printIn(c: Context, kind: TokenKind): TokenPrint | undefined {
  return readToken(bearerOf(c) ?? getCookie(c, COOKIES[kind]));
}

/** True if the caller keeps its token itself, so that answers carry the next one. */
export function keepsToken(c: Context): boolean {
  return bearerOf(c) !== undefined;
}

function bearerOf(c: Context): string | undefined {
  return /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
}

/** Gives the browser a token. */
export function setToken(c: Context, kind: TokenKind, token: string): void {
  setCookie(c, COOKIES[kind], token, { ...COOKIE, maxAge: LIFETIMES_MS[kind] / 1000 });
}

/** Takes a token from the browser. */
export function clearToken(c: Context, kind: TokenKind): void {
  deleteCookie(c, COOKIES[kind], COOKIE);
}
