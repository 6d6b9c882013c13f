import { randomUUID } from 'node:crypto';
import type { Urn } from '../../src/channels/channel.ts';
import { newContact } from '../../src/people/contact.ts';
import { contactFields } from '../../src/people/person-store.ts';
import type { Grant } from '../../src/people/role.ts';
import { addToStaff } from '../../src/people/role.ts';
import type { ConsoleSession } from '../../src/people/sign-in/sign-in.ts';
import { newToken } from '../../src/people/sign-in/sign-in.ts';
import { beginSession, loadAccess } from '../../src/people/sign-in/sign-in-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitOrThrow } from '../../src/store/commit-as-system.ts';
import type { Store } from '../../src/store/store.ts';

/** Makes an organiser and begins a session of the console. Returns its token. */
export async function signInStaff(store: Store, urn: Urn, grant: Grant, now: number): Promise<string> {
  const contact = { ...newContact('zh-CN', now), grants: [grant] };
  const fields = Object.entries(contactFields(contact)).flat();
  await bulkWrite(store, [
    ['HSET', store.keys.person(urn), 'version', '1', ...fields],
    ...addToStaff(store, urn, grant),
  ]);
  const who = store.pseudonym(urn);
  const { token, id, hash } = newToken(who);
  const browser = { family: 'chrome', system: 'linux' } as const;
  const session: ConsoleSession = { id, hash, door: 'link', browser, since: now };
  const access = { ...(await loadAccess(store, who)), urn };
  const change = beginSession(store, { urn, grants: [grant] }, session, access, now);
  await commitOrThrow(store, { op: `bench:${randomUUID()}`, what: 'console_signed_in_link', who, ...change }, now);
  return token;
}
