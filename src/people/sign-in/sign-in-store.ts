import type { Urn } from '../../channels/channel.ts';
import type { Check, Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
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

/** Writes that let a browser wait for its number, in place of an earlier one. */
export function waitingWrites(store: Store, person: Urn | undefined, browser: WaitingBrowser): readonly Write[] {
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

/** Begins a session. Ended ones go, and beyond the limit those unused for longest. */
export function beginSession(store: Store, person: Urn, session: ConsoleSession, access: Access, now: number): Change {
  const live = access.sessions.filter((one) => isLive(one, now)).toSorted((a, b) => b.seen - a.seen);
  const kept = live.slice(0, SESSIONS_MAX - 1);
  return {
    checks: [],
    writes: [
      ...endSessions(
        access.key,
        access.sessions.filter((one) => !kept.includes(one)),
      ),
      ...put(store, person, SESSION + session.id, JSON.stringify(session), SEEN + session.id, String(now)),
    ],
  };
}

/** Turns a confirmed browser into a session, once. The session that it steps up ends; it must still be there. */
export function admitBrowser(store: Store, person: Urn, session: ConsoleSession, access: Access, now: number): Change {
  const { key, browser, sessions } = access;
  const before = sessions.filter(({ id }) => id === browser?.session);
  const begun = beginSession(store, person, session, { ...access, sessions: without(sessions, before) }, now);
  return {
    checks: [
      { key, field: 'browser', is: browser?.text ?? '' },
      ...before.map(({ seen: _seen, ...one }) => ({ key, field: SESSION + one.id, is: JSON.stringify(one) })),
    ],
    writes: [['HDEL', key, 'browser'], ...endSessions(key, before), ...begun.writes],
  };
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
