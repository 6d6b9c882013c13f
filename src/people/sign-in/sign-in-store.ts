import type { Urn } from '../../channels/channel.ts';
import type { Check, Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Grant } from '../role.ts';
import type { ConsoleLink, ConsoleSession, UsedSession, WaitingBrowser } from './sign-in.ts';
import { isLive, SESSION_MS, SESSIONS_MAX } from './sign-in.ts';

/** A person's ways into the console. `text` is a record as stored, for the check of a commit. */
export type Access = {
  readonly key: string;
  readonly urn: Urn | undefined;
  readonly link: Stored<ConsoleLink> | undefined;
  readonly browser: Stored<WaitingBrowser> | undefined;
  readonly sessions: readonly UsedSession[];
};
type Stored<Record> = Record & { readonly text: string };

type Change = { readonly checks: readonly Check[]; readonly writes: readonly Write[] };

/** Loads the ways into the console of a pseudonym; an unknown one has none. */
export async function loadAccess({ redis, keys }: Store, pseudonym: string): Promise<Access> {
  const key = keys.console(pseudonym);
  const fields = await orStoreAway(redis.hgetall(key));
  const ids = Object.keys(fields).flatMap((field) => (field.startsWith(SESSION) ? [field.slice(SESSION.length)] : []));
  return {
    key,
    urn: fields.urn as Urn | undefined, // written below, as all that is parsed here
    link: stored(fields.link),
    browser: stored(fields.browser),
    sessions: ids.map((id) => ({
      ...(JSON.parse(fields[SESSION + id] ?? '') as ConsoleSession),
      seen: Number(fields[SEEN + id] ?? 0),
    })),
  };
}

function stored<Record>(text: string | undefined): Stored<Record> | undefined {
  return text ? { ...(JSON.parse(text) as Record), text } : undefined;
}

const SESSION = 'session:';
const SEEN = 'seen:';

/** Writes that give a person a link in place of an earlier one. */
export function linkWrites(store: Store, person: Urn, link: ConsoleLink): readonly Write[] {
  return put(store, person, 'link', JSON.stringify(link));
}

/** Uses up a link: its browser waits for a number. Conflicts if the link was used or replaced. */
export function openLink(store: Store, { key, urn, link }: Access, browser: WaitingBrowser): Change {
  return {
    checks: [{ key, field: 'link', is: link?.text ?? '' }],
    writes: [['HDEL', key, 'link'], ...waitingWrites(store, urn, browser)],
  };
}

function waitingWrites(store: Store, person: Urn | undefined, browser: WaitingBrowser): readonly Write[] {
  return person ? put(store, person, 'browser', JSON.stringify(browser)) : [];
}

/** Records the answer of the chat to a waiting browser. */
export function answerBrowser(
  { key, browser }: Pick<Access, 'key' | 'browser'>,
  state: 'confirmed' | 'refused',
): Change {
  if (!browser) return { checks: [], writes: [] };
  const { text, ...record } = browser;
  return {
    checks: [{ key, field: 'browser', is: text }],
    writes: [['HSET', key, 'browser', JSON.stringify({ ...record, state })]],
  };
}

/**
 * Begins a session. Ended ones go, and beyond the limit those unused for longest.
 * Conflicts if the person loses the role meanwhile, or is forgotten.
 */
export function beginSession(store: Store, staff: Staff, session: ConsoleSession, access: Access, now: number): Change {
  const live = access.sessions.filter((one) => isLive(one, now)).toSorted((a, b) => b.seen - a.seen);
  const ended = without(access.sessions, live.slice(0, SESSIONS_MAX - 1));
  const [grant] = staff.grants;
  return {
    checks: grant ? [{ key: store.keys.staff(grant.role, grant.scope), holds: staff.urn }] : [],
    writes: [
      ...endSessions(access.key, ended),
      ...put(store, staff.urn, SESSION + session.id, JSON.stringify(session), SEEN + session.id, String(now)),
    ],
  };
}
type Staff = { readonly urn: Urn; readonly grants: readonly Grant[] };

/** Turns a confirmed browser into a session, once. The session that it steps up ends. */
export function admitBrowser(store: Store, staff: Staff, session: ConsoleSession, access: Access, now: number): Change {
  const { key, browser, sessions } = access;
  const before = sessions.filter(({ id }) => id === browser?.session);
  const begun = beginSession(store, staff, session, { ...access, sessions: without(sessions, before) }, now);
  return {
    checks: [{ key, field: 'browser', is: browser?.text ?? '' }, ...before.map(lasts(key)), ...begun.checks],
    writes: [['HDEL', key, 'browser'], ...endSessions(key, before), ...begun.writes],
  };
}

/** Lets the browser of a session wait for a number once more. */
export function askAgain(store: Store, person: Urn, session: UsedSession, browser: WaitingBrowser): Change {
  const key = store.keys.console(store.pseudonym(person));
  return { checks: [lasts(key)(session)], writes: waitingWrites(store, person, browser) };
}

/** A check that a session has not ended. */
function lasts(key: string) {
  return ({ seen: _seen, ...session }: UsedSession): Check => ({
    key,
    field: SESSION + session.id,
    is: JSON.stringify(session),
  });
}

function without<One>(all: readonly One[], some: readonly One[]): readonly One[] {
  return all.filter((one) => !some.includes(one));
}

/** Writes that end sessions. */
export function endSessions(key: string, sessions: readonly { readonly id: string }[]): readonly Write[] {
  return sessions.map(({ id }) => ['HDEL', key, SESSION + id, SEEN + id]);
}

/** The last use is stored at most this often, so an idle session may end this much early. */
const TOUCH_EVERY_MS = 60_000;

/** Records the use of a session. A session that ended meanwhile stays away. */
export async function touchSession(store: Store, key: string, { id, seen }: UsedSession, now: number): Promise<void> {
  if (now < seen + TOUCH_EVERY_MS) return;
  await orStoreAway(store.redis.anlinTouchSession(1, key, SESSION + id, SEEN + id, now));
}

/** No later write shortens the life of the key, because all of them set the longest. */
function put({ keys, pseudonym }: Store, person: Urn, ...fields: readonly string[]): readonly Write[] {
  const key = keys.console(pseudonym(person));
  return [
    ['HSET', key, 'urn', person, ...fields],
    ['PEXPIRE', key, SESSION_MS],
  ];
}
