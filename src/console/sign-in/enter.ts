import type { Context } from 'hono';
import type { Urn } from '../../channels/channel.ts';
import type { Services } from '../../notify/services.ts';
import { loadPerson } from '../../people/person-store.ts';
import { readBrowserName } from '../../people/sign-in/browser-name.ts';
import type { ConsoleSession, Door } from '../../people/sign-in/sign-in.ts';
import { newToken } from '../../people/sign-in/sign-in.ts';
import type { Access } from '../../people/sign-in/sign-in-store.ts';
import { beginSession, loadAccess } from '../../people/sign-in/sign-in-store.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { loadRoles, setToken } from './session.ts';

export type Entered = { readonly token: string } | { readonly refused: 'no_role' | 'not_proven' };

/**
 * Opens a session at once, for a person whose channel or demo card is proof enough. A joined address enters as its person.
 * `op`: the id of the proof, which counts once.
 */
export async function enter(c: Context, address: Urn, door: Door, services: Services, op?: string): Promise<Entered> {
  const { store, now } = services;
  const { urn } = await loadPerson(store, address);
  const access: Access = { ...(await loadAccess(store, store.pseudonym(urn))), urn };
  const organiser = await loadRoles(access, services);
  if (!organiser) return { refused: 'no_role' };
  const { session, token } = sessionFor(c, urn, door, services);
  const change = beginSession(store, organiser, session, access, now());
  const deed = { op: op ?? `console:${session.id}`, what: `console_signed_in_${door}`, who: store.pseudonym(urn) };
  const done = await commitAsSystem(store, { ...deed, ...change }, now());
  if (done.type !== 'ok') return { refused: 'not_proven' };
  setToken(c, 'session', token);
  return { token };
}

/** A new session of a person, in place of `before`, and its token. */
export function sessionFor(
  c: Context,
  urn: Urn,
  door: Door,
  { store, now }: Pick<Services, 'store' | 'now'>,
  before?: ConsoleSession,
): { readonly session: ConsoleSession; readonly token: string } {
  const { token, id, hash } = newToken(store.pseudonym(urn));
  const kept = before ?? { door, browser: readBrowserName(c.req.header('user-agent')), since: now() };
  const session: ConsoleSession = {
    ...{ id, hash, door: kept.door, browser: kept.browser, since: kept.since },
    ...(before ? { steppedUpAt: now() } : {}),
  };
  return { session, token };
}
