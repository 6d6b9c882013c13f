import { randomBytes } from 'node:crypto';
import { DAY_MS } from '../calendar.ts';
import type { Write } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Grant } from './role.ts';
import { EVERYWHERE } from './role.ts';

/** An offer of a role behind an unguessable link. It can be redeemed `left` times until it expires. */
export type Invitation = {
  readonly token: string;
  readonly grant: Omit<Grant, 'since'>;
  readonly until: number; // ms since the epoch
  readonly left: number;
  /** The inviting organiser's pseudonym, or OPERATOR. */
  readonly by: string;
};

/** Prefix of the /start payload that opens an invitation. */
export const INVITATION_PREFIX = 'invite_';
/** Who invites by the operator's tool, or at the first start. */
export const OPERATOR = 'operator';
/** Lifetime of an invitation. */
export const INVITATION_MS = 7 * DAY_MS;

/** A random token of 96 bits. */
export function newToken(): string {
  return randomBytes(12).toString('base64url');
}

/** Writes that store an invitation. */
export function invitationWrites({ keys }: Store, { token, grant, until, left, by }: Invitation): readonly Write[] {
  const fields = ['grant', JSON.stringify(grant), 'until', String(until), 'left', String(left), 'by', by];
  return [['HSET', keys.invitation(token), ...fields]];
}

/** Loads an invitation; undefined if it is unknown, expired or used up. */
export async function loadInvitation(
  { redis, keys }: Store,
  token: string,
  now: number,
): Promise<Invitation | undefined> {
  if (!/^[\w-]{16}$/.test(token)) return undefined;
  const { grant, until, left, by = '' } = await orStoreAway(redis.hgetall(keys.invitation(token)));
  if (!grant || Number(until) < now || Number(left) < 1) return undefined;
  return { token, grant: JSON.parse(grant) as Invitation['grant'], until: Number(until), left: Number(left), by }; // written by invitationWrites
}

/** Checks and writes that use one place of an invitation; they fail if `left` has changed. */
export function redeemInvitation({ keys }: Store, { token, left }: Invitation) {
  const key = keys.invitation(token);
  return {
    checks: [{ key, field: 'left', is: String(left) }],
    writes: [left > 1 ? (['HSET', key, 'left', String(left - 1)] as const) : (['DEL', key] as const)],
  };
}

/** Lifetime of the owner's invitation: the time to set up a city. */
const OWNER_MS = 365 * DAY_MS;

/** Opens the invitation of a city's first organiser and returns its payload; undefined once it is redeemed. The token stays the same. */
export async function openOwnerInvitation(store: Store, now: number): Promise<string | undefined> {
  const { redis, keys } = store;
  const owner = { role: 'office', scope: EVERYWHERE } as const;
  if ((await orStoreAway(redis.zcard(keys.staff(owner.role, owner.scope)))) > 0) return undefined;
  const kept = await orStoreAway(redis.hget(keys.meta, 'owner_token'));
  // A restart reads only: a start must not wait for the disk of a busy store.
  if (kept && (await loadInvitation(store, kept, now))) return INVITATION_PREFIX + kept;
  const token = kept ?? newToken();
  const invitation = { token, grant: owner, until: now + OWNER_MS, left: 1, by: OPERATOR };
  const writes = [['HSET', keys.meta, 'owner_token', token] as const, ...invitationWrites(store, invitation)];
  const checks = [{ key: keys.meta, field: 'owner_token', is: kept ?? '' }];
  await commitAsSystem(store, { op: `owner:${token}:${now}`, what: 'owner_invited', checks, writes }, now);
  return INVITATION_PREFIX + token;
}
