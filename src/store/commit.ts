import type { Outgoing, Urn } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import { commitInRound } from './commit-in-round.ts';
import { StoreAway } from './connect.ts';
import { DATA_FINDINGS } from './probe.ts';
import { ARGUMENT_END } from './scripts/scripts.ts';
import type { Store } from './store.ts';
import { orStoreAway } from './store.ts';

/** All changes of one operation. They are committed together or not at all. */
export type Commit = {
  /** Idempotency key: an operation takes effect once within 48 h. */
  readonly op: string;
  readonly person: Urn;
  /** The person's version when it was loaded; any other version is a conflict. */
  readonly version: number;
  /** Fields of the person's hash; '' deletes a field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
  readonly writes: readonly Write[];
  readonly messages: readonly OutboxMessage[];
  readonly audit: readonly AuditEntry[];
};

/**
 * A precondition of a commit; if it fails, the commit is a conflict.
 * The last three check a sorted set without its version, so that concurrent changes to one list do not conflict.
 */
export type Check =
  | { readonly absent: string }
  | { readonly key: string; readonly field: string; readonly is: string }
  /** Fewer members than this. */
  | { readonly key: string; readonly below: number }
  | { readonly key: string; readonly holds: string }
  | { readonly key: string; readonly lacks: string };

/** A Redis command that a commit may run; the script checks the type of every key first. */
export type Write =
  | readonly ['HSET', key: string, ...fieldsAndValues: string[]]
  | readonly ['HDEL', key: string, ...fields: string[]]
  | readonly ['HINCRBY', key: string, field: string, by: number]
  | readonly ['ZADD', key: string, score: number, member: string]
  | readonly ['ZADD', key: string, 'XX', score: number, member: string]
  | readonly ['GEOADD', key: string, longitude: number, latitude: number, member: string]
  | readonly ['ZREM', key: string, member: string]
  | readonly ['XADD', key: string, id: '*', ...fieldsAndValues: string[]]
  /** Keeps about the newest `max` entries. */
  | readonly ['XADD', key: string, 'MAXLEN', '~', max: number, id: '*', ...fieldsAndValues: string[]]
  | readonly ['SET', key: string, value: string]
  | readonly ['DEL', key: string]
  /** Only for keys that hold no domain data. */
  | readonly ['PEXPIRE', key: string, ms: number]
  | readonly ['XDEL', key: string, ...ids: string[]]
  | readonly ['XTRIM', key: string, 'MINID', id: string];

/** Replies are sent before bulk. A reply of unknown outcome is sent again, a bulk message is not (P3, P4). */
export type Lane = 'reply' | 'bulk';
export type OutboxMessage = {
  readonly to: Urn;
  readonly lane: Lane;
  readonly body: string;
  /** What `body` holds: a process that sends its own message need not read it again. */
  readonly message?: Outgoing | undefined;
};
export type AuditEntry = { readonly what: string; readonly who: string };

/** A message that this process has claimed and must send. */
export type Claimed = {
  readonly to: Urn;
  /** Sequence number among all messages of the city. */
  readonly number: string;
  readonly lane: Lane;
  readonly body: string;
  /** Sends so far whose outcome was unknown. */
  readonly tries: number;
  /** What `body` holds, if this process has just committed it. */
  readonly message?: Outgoing | undefined;
};

/** The result of a commit. `limit`: `what` is full, the outbox or the person's queue. */
export type Committed =
  | { readonly type: 'ok'; readonly version: number; readonly claimed: readonly Claimed[] }
  | { readonly type: 'duplicate'; readonly claimed: readonly Claimed[] }
  | { readonly type: 'conflict' }
  | { readonly type: 'limit'; readonly what: string };

/** Commits an operation, if it is new, its version matches and its checks hold; all of one round in one script call. */
export async function commit(store: Store, change: Commit, now: number): Promise<Committed> {
  const { keys } = store;
  const { person, fields, checks, writes, messages, audit } = change;
  const own: string[] = [keys.person(person), keys.seen(store.pseudonym(person))];
  const at = (key: string) => {
    const known = own.indexOf(key);
    return known >= 0 ? known + 1 : own.push(key);
  };
  // The first argument is the number of keys, which is known last.
  const args: (string | number)[] = [0, change.op, person, now, change.version];
  const names = Object.keys(fields);
  args.push(names.length);
  for (const name of names) args.push(name, fields[name] ?? '');
  args.push(checks.length);
  for (const check of checks) args.push(...encodeCheck(check, at));
  args.push(writes.length);
  for (const write of writes) {
    args.push(write[0], at(write[1]), write.length - 2);
    for (let i = 2; i < write.length; i += 1) args.push(write[i] ?? '');
  }
  args.push(messages.length);
  for (const { to, lane, body } of messages) args.push(to, lane === 'bulk' ? 'b' : 'r', body);
  args.push(audit.length);
  for (const { what, who } of audit) args.push(what, who);
  if (audit.length > 0) args.push(at(keys.audit));
  args[0] = own.length;
  const call = commitInRound(store, { keys: own, text: asOneText(args), messages: messages.length });
  crashPoint('commit_on_wire');
  const [type, detail, ...claimed] = await orStoreAway(call);
  // P2: what a reply says must survive a failover.
  if (type === 'ok' || type === 'duplicate') await store.replicated();
  switch (type) {
    case 'ok':
      return { type: 'ok', version: Number(detail), claimed: readClaimed(claimed.map(String), change.messages) };
    case 'duplicate':
      return { type, claimed: readClaimed(claimed.map(String)) };
    case 'conflict':
      return { type };
    case 'other':
    case 'older':
      throw new StoreAway(Object.values(DATA_FINDINGS[type]).join(' '));
    case 'error':
      throw new Error(String(detail));
    default:
      return { type: 'limit', what: String(detail) };
  }
}

/** Joins the arguments; throws if one holds the sign that ends each. Texts of people hold no control characters. */
function asOneText(args: readonly (string | number)[]): string {
  for (const arg of args) {
    if (typeof arg === 'string' && arg.includes(ARGUMENT_END))
      throw new Error('An argument of a commit holds the control character U+001F.');
  }
  return `${args.join(ARGUMENT_END)}${ARGUMENT_END}`;
}

/** Encodes a check for the script: the key's place, field or sign, value. No stored field is named like a sign. */
function encodeCheck(check: Check, at: (key: string) => number): readonly [number, string, string | number] {
  if ('absent' in check) return [at(check.absent), '', ''];
  const key = at(check.key);
  if ('below' in check) return [key, '<', check.below];
  if ('holds' in check) return [key, '+', check.holds];
  if ('lacks' in check) return [key, '-', check.lacks];
  return [key, check.field, check.is];
}

/** Decodes claimed messages from a script's flat answer: urn, number, body (`=n`: the n-th of `committed`), tries. */
export function readClaimed(flat: readonly string[], committed: readonly OutboxMessage[] = []): readonly Claimed[] {
  const claimed: Claimed[] = [];
  for (let i = 0; i + 3 < flat.length; i += 4) {
    const to = (flat[i] ?? '') as Urn; // written by a commit
    const text = flat[i + 2] ?? '';
    const own = text.startsWith('=') ? committed[Number(text.slice(1)) - 1] : undefined;
    const read = own ?? { lane: text.startsWith('b') ? 'bulk' : 'reply', body: text.slice(1) };
    claimed.push({ ...read, to, number: flat[i + 1] ?? '', tries: Number(flat[i + 3]) });
  }
  return claimed;
}
