import type { Urn } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import type { Store } from './store.ts';
import { orStoreAway, outboxKeys } from './store.ts';

/** Everything that one operation changes, committed whole or not at all. */
export type Commit = {
  /** The same operation never takes effect twice within 48 h. */
  readonly op: string;
  readonly person: Urn;
  /** The person's version as it was loaded; another one is a conflict. */
  readonly version: number;
  /** Fields of the person's hash; '' deletes. */
  readonly fields: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
  readonly writes: readonly Write[];
  readonly messages: readonly OutboxMessage[];
  readonly audit: readonly AuditEntry[];
};

/**
 * Something that must still be so: a key that is free, a field that has this value, a zset with fewer members than so many,
 * with this member, or without it. The last three let many change one list at once without being in one another's way.
 */
export type Check =
  | { readonly absent: string }
  | { readonly key: string; readonly field: string; readonly is: string }
  | { readonly key: string; readonly below: number }
  | { readonly key: string; readonly holds: string }
  | { readonly key: string; readonly lacks: string };

export type Write =
  | readonly ['HSET', key: string, ...fieldsAndValues: string[]]
  | readonly ['HDEL', key: string, ...fields: string[]]
  | readonly ['HINCRBY', key: string, field: string, by: number]
  | readonly ['ZADD', key: string, score: number, member: string]
  | readonly ['ZADD', key: string, 'XX', score: number, member: string]
  | readonly ['GEOADD', key: string, longitude: number, latitude: number, member: string]
  | readonly ['ZREM', key: string, member: string]
  | readonly ['XADD', key: string, id: '*', ...fieldsAndValues: string[]]
  | readonly ['SET', key: string, value: string]
  | readonly ['DEL', key: string]
  | readonly ['XDEL', key: string, ...ids: string[]]
  | readonly ['XTRIM', key: string, 'MINID', id: string];

/** Replies go before bulk, and go out again when nobody knows whether they arrived; bulk does not. */
export type Lane = 'reply' | 'bulk';
export type OutboxMessage = { readonly to: Urn; readonly lane: Lane; readonly body: string };
export type AuditEntry = { readonly what: string; readonly who: string };

/** A message that this process has claimed and must send now. */
export type Claimed = {
  readonly to: Urn;
  /** Its number among all messages of the city. */
  readonly number: string;
  readonly lane: Lane;
  readonly body: string;
  /** How often its outcome was unknown. */
  readonly tries: number;
};

export type Committed =
  | { readonly type: 'ok'; readonly version: number; readonly claimed: readonly Claimed[] }
  | { readonly type: 'duplicate'; readonly claimed: readonly Claimed[] }
  | { readonly type: 'conflict' }
  | { readonly type: 'limit'; readonly what: string };

/** One script: is the operation new, the version right, do the checks hold? Then everything, else nothing. */
export async function commit(store: Store, change: Commit, now: number): Promise<Committed> {
  const { keys } = store;
  const { person } = change;
  const all = [...outboxKeys(keys), keys.person(person), keys.seen(store.pseudonym(person))];
  const at = (key: string) => {
    const known = all.indexOf(key);
    return known >= 0 ? known + 1 : all.push(key);
  };
  const { fields, checks, writes, messages, audit } = change;
  const args: (string | number)[] = [change.op, person, now, change.version, store.process, store.pace];
  const names = Object.keys(fields);
  args.push(names.length);
  for (const name of names) args.push(name, fields[name] ?? '');
  args.push(checks.length);
  for (const check of checks) args.push(...writtenDown(check, at));
  args.push(writes.length);
  for (const [command, key, ...rest] of writes) args.push(command, at(key), rest.length, ...rest);
  args.push(messages.length);
  for (const { to, lane, body } of messages) args.push(to, lane === 'bulk' ? 'b' : 'r', body);
  args.push(audit.length);
  for (const { what, who } of audit) args.push(what, who);
  if (audit.length > 0) args.push(at(keys.audit), at(keys.meta));
  const asked = store.redis.anlinCommit(all.length, ...all, ...args);
  crashPoint('commit_on_wire');
  const [type, detail, ...claimed] = await orStoreAway(asked);
  switch (type) {
    case 'ok':
      return { type: 'ok', version: Number(detail), claimed: readClaimed(claimed.map(String), change.messages) };
    case 'duplicate':
      return { type, claimed: readClaimed(claimed.map(String)) };
    case 'conflict':
      return { type };
    default:
      return { type: 'limit', what: String(detail) };
  }
}

/** A check as the script reads it: the key's place, and what of it must be what. No field of ours is named like a sign. */
function writtenDown(check: Check, at: (key: string) => number): readonly [number, string, string | number] {
  if ('absent' in check) return [at(check.absent), '', ''];
  const key = at(check.key);
  if ('below' in check) return [key, '<', check.below];
  if ('holds' in check) return [key, '+', check.holds];
  if ('lacks' in check) return [key, '-', check.lacks];
  return [key, check.field, check.is];
}

/** The claimed messages out of a script's flat answer: urn, number, body (or `=n`: the n-th of those handed in), tries, … */
export function readClaimed(flat: readonly string[], handedIn: readonly OutboxMessage[] = []): readonly Claimed[] {
  const claimed: Claimed[] = [];
  for (let i = 0; i + 3 < flat.length; i += 4) {
    const to = (flat[i] ?? '') as Urn; // handed in by a commit
    const kept = flat[i + 2] ?? '';
    const own = kept.startsWith('=') ? handedIn[Number(kept.slice(1)) - 1] : undefined;
    const { lane, body } = own ?? { lane: kept.startsWith('b') ? 'bulk' : 'reply', body: kept.slice(1) };
    claimed.push({ to, number: flat[i + 1] ?? '', lane, body, tries: Number(flat[i + 3]) });
  }
  return claimed;
}
