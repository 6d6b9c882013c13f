import { randomBytes } from 'node:crypto';
import { DAY_MS } from '../calendar.ts';
import type { Write } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Grant } from './role.ts';
import { EVERYWHERE } from './role.ts';

/** An offer of a role, behind a link that nobody can guess. It can be taken up `left` times until it lapses. */
export type Invitation = {
  readonly token: string;
  readonly grant: Omit<Grant, 'since'>;
  readonly until: number; // ms since the epoch
  readonly left: number;
  /** Whose link it is: a pseudonym, or the operator's. */
  readonly by: string;
};

/** Follows /start in a link: what opens the invitation. */
export const INVITES = 'invite_';
export const INVITATION_MS = 7 * DAY_MS;

export function newToken(): string {
  return randomBytes(12).toString('base64url');
}

export function invitationWrites({ keys }: Store, { token, grant, until, left, by }: Invitation): readonly Write[] {
  const fields = ['grant', JSON.stringify(grant), 'until', String(until), 'left', String(left), 'by', by];
  return [['HSET', keys.invitation(token), ...fields]];
}

/** The invitation behind a link; undefined if there is none, or its time or its places are used up. */
export async function loadInvitation(
  { redis, keys }: Store,
  token: string,
  now: number,
): Promise<Invitation | undefined> {
  if (!/^[\w-]{16}$/.test(token)) return undefined;
  const { grant, until, left, by = '' } = await orStoreAway(redis.hgetall(keys.invitation(token)));
  if (!grant || Number(until) < now || Number(left) < 1) return undefined;
  return { token, grant: JSON.parse(grant) as Invitation['grant'], until: Number(until), left: Number(left), by }; // written above
}

/** The writes that take one place of an invitation; its number of places must still be what it was. */
export function takenUp({ keys }: Store, { token, left }: Invitation) {
  const key = keys.invitation(token);
  return {
    checks: [{ key, field: 'left', is: String(left) }],
    writes: [left > 1 ? (['HSET', key, 'left', String(left - 1)] as const) : (['DEL', key] as const)],
  };
}

/** Long enough for whoever sets a city up. */
const OWNER_MS = 365 * DAY_MS;

/** What opens the door for the first organiser of a city, the same until somebody has taken it up; undefined after that. */
export async function ownersInvitation(store: Store, now: number): Promise<string | undefined> {
  const { redis, keys } = store;
  const owner = { role: 'office', scope: EVERYWHERE } as const;
  if ((await orStoreAway(redis.zcard(keys.staff(owner.role, owner.scope)))) > 0) return undefined;
  const kept = await orStoreAway(redis.hget(keys.meta, 'owner_token'));
  const token = kept ?? newToken();
  const invitation = { token, grant: owner, until: now + OWNER_MS, left: 1, by: 'operator' };
  const writes = [['HSET', keys.meta, 'owner_token', token] as const, ...invitationWrites(store, invitation)];
  const checks = [{ key: keys.meta, field: 'owner_token', is: kept ?? '' }];
  await commitAsSystem(store, { op: `owner:${token}`, what: 'owner_invited', checks, writes }, now);
  return INVITES + token;
}
