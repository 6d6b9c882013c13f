import { createHmac, randomBytes } from 'node:crypto';
import type { Urn } from '../channels/channel.ts';
import type { Pace, StoreKind } from '../config.ts';
import type { Connection } from './connect.ts';
import { StoreAway } from './connect.ts';
import type { Keys } from './keys.ts';
import { keysOf } from './keys.ts';
import { openReplication } from './replication.ts';
import { encodePace } from './script-inputs.ts';
import type { Sealing } from './sealing.ts';
import { sealingWith } from './sealing.ts';

/** The schema version of the data in Redis. The code refuses a store with a higher one. */
export const SCHEMA = 3;

/** One city's open data. `process` identifies this process among those that share the city. */
export type Store = Sealing & {
  readonly city: string;
  readonly process: string;
  /** Identity of the data since their first start; each commit checks it. */
  readonly instance: string;
  readonly redis: Connection;
  readonly keys: Keys;
  /** The key of the sealed data. */
  readonly dataKey: string;
  /** Resolves once all commits so far are on the replicas; throws StoreAway. */
  readonly replicated: () => Promise<void>;
  /** Encoded for the scripts; see `encodePace`. */
  readonly pace: string;
  /** A one-way name for a person, for audit and staff: HMAC-SHA-256 with the city's key, 72 bits. */
  readonly pseudonym: (urn: Urn) => string;
};

type StoreOptions = {
  readonly kind?: StoreKind;
  readonly dataKey?: string | undefined;
  /** Replicas that must have a commit before its reply is sent. */
  readonly replicas?: number;
};

/** DATA_KEY is not the one that sealed the city's data. */
export class OtherDataKey extends Error {
  override readonly name = 'OtherDataKey';
}

/**
 * Opens the key of the city's sealed data, which lies in the store under DATA_KEY, or else under the pseudonym key.
 * A new store gets a random key. Earlier releases sealed with the outer key itself. Throws OtherDataKey.
 */
async function openDataKey(
  redis: Connection,
  { meta }: Keys,
  outerKey: string,
  fresh: boolean,
  given: boolean,
): Promise<string> {
  const outer = sealingWith(outerKey);
  const first = fresh ? randomBytes(32).toString('base64url') : outerKey;
  await redis.hsetnx(meta, 'data_key', outer.seal(first, meta));
  const opened = outer.unseal((await redis.hget(meta, 'data_key')) ?? '', meta);
  if (opened !== undefined) return opened;
  const what = given ? 'DATA_KEY is another one than' : 'DATA_KEY is missing, with';
  throw new OtherDataKey(`${what} which this city's data were sealed. Set the former DATA_KEY in .env.`);
}

/** Puts the key of the sealed data under a new DATA_KEY. Sealed data stay as they are. */
export async function changeDataKey({ redis, keys, dataKey }: Store, newKey: string): Promise<void> {
  await orStoreAway(redis.hset(keys.meta, 'data_key', sealingWith(newKey).seal(dataKey, keys.meta)));
}

/** Two starts of different kind met on an empty store, and this one came second. */
export class OtherKind extends Error {
  override readonly name = 'OtherKind';
}

/** Opens a city's data; the first start writes its identity. The key of sealed data lies under `dataKey`, else under the pseudonym key. Throws OtherKind or OtherDataKey. */
export async function openStore(
  redis: Connection,
  city: string,
  pace: Pace,
  now: number,
  { kind = 'real', dataKey, replicas = 0 }: StoreOptions = {},
): Promise<Store> {
  const keys = keysOf(city);
  const fresh = (await redis.hexists(keys.meta, 'instance')) === 0;
  const initial = [
    'instance',
    randomBytes(9).toString('base64url'),
    'schema',
    SCHEMA,
    'created_at',
    now,
    'kind',
    kind,
    'city',
    city,
  ];
  const stored = await redis.anlinInitMeta(
    1,
    keys.meta,
    ...initial,
    'pseudonym_key',
    randomBytes(32).toString('base64url'),
  );
  const meta = new Map<string, string>();
  for (let i = 0; i < stored.length; i += 2) meta.set(stored[i] ?? '', stored[i + 1] ?? '');
  if (meta.get('kind') !== kind) throw new OtherKind(`City "${city}" already holds ${meta.get('kind')} data.`);
  const secret = meta.get('pseudonym_key') ?? '';
  const inner = await openDataKey(redis, keys, dataKey ?? secret, fresh, dataKey !== undefined);
  return {
    city,
    instance: meta.get('instance') ?? '',
    process: `${process.pid}-${randomBytes(4).toString('hex')}`,
    redis,
    keys,
    replicated: openReplication(redis, replicas),
    pace: encodePace(pace),
    dataKey: inner,
    ...sealingWith(inner),
    pseudonym: cached((urn) => createHmac('sha256', secret).update(urn).digest('base64url').slice(0, 12)),
  };
}

/** A person who writes usually writes again soon, so recent pseudonyms stay in memory. */
const CACHED_MAX = 10_000;

function cached(compute: (urn: Urn) => string): (urn: Urn) => string {
  const known = new Map<Urn, string>();
  return (urn) => {
    const value = known.get(urn) ?? compute(urn);
    if (known.size >= CACHED_MAX) known.clear();
    known.set(urn, value);
    return value;
  };
}

/** Awaits a command; an outage becomes StoreAway, a command that Redis refuses stays its own error. */
export async function orStoreAway<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (cause) {
    // Redis will refuse the same command again. This is no outage, so callers must not retry it for ever.
    if (cause instanceof Error && cause.name === 'ReplyError' && !TEMPORARY.test(cause.message)) throw cause;
    throw new StoreAway('The store did not answer.', { cause });
  }
}

/** Refusals that pass: loading, full, cannot write, no master, or no access for now. */
const TEMPORARY =
  /LOADING|OOM|MISCONF|READONLY|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|NOREPLICAS|BUSY|NOAUTH|NOPERM|WRONGPASS|EXECABORT|max number of clients/;
