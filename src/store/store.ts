import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Urn } from '../channels/channel.ts';
import type { Pace, StoreKind } from '../config.ts';
import { TIMINGS } from '../timings.ts';
import type { Connection } from './connect.ts';
import { StoreAway } from './connect.ts';
import type { Keys } from './keys.ts';
import { keysOf } from './keys.ts';
import type { KnownData } from './known-data.ts';
import { openKnownData } from './known-data.ts';
import { openReplication } from './replication.ts';
import { encodePace } from './scripts/script-inputs.ts';
import type { Sealing } from './sealing.ts';
import { sealingWith } from './sealing.ts';
import type { OuterKey } from './start/data-key.ts';
import { openCityKeys } from './start/data-key.ts';

/** The schema version of the data in Redis. The code refuses a store with a higher one. */
export const SCHEMA = 7;

/** One city's open data. `process` identifies this process among those that share the city. */
export type Store = Sealing & {
  readonly city: string;
  readonly process: string;
  /** The data since the start of this process; each commit checks that they are still in the store. */
  readonly known: KnownData;
  readonly redis: Connection;
  readonly keys: Keys;
  /** The key of the sealed data. */
  readonly dataKey: string;
  /** Reports a damaged record that was left out; verify lists it, and repair names its cure. */
  readonly damaged: (key: string) => void;
  /** Resolves once all commits so far are on the replicas; throws StoreAway. */
  readonly replicated: () => Promise<void>;
  /** Encoded for the scripts; see `encodePace`. */
  readonly pace: string;
  /** A one-way name for a person, for audit and staff: HMAC-SHA-256 with a key that only `outerKey` opens, 72 bits. */
  readonly pseudonym: (urn: Urn) => string;
};

type StoreOptions = {
  readonly kind?: StoreKind;
  readonly outerKey: OuterKey;
  /** Replicas that must have a commit before its reply is sent. */
  readonly replicas?: number;
  readonly damaged?: (key: string) => void;
  /** The most that a failover may lose, ms. */
  readonly failoverLossMs?: number;
};

/** Two starts of different kind met on an empty store, and this one came second. */
export class OtherKind extends Error {
  override readonly name = 'OtherKind';
}

/**
 * Opens a city's data; the first start writes its identity. The city's keys lie under `outerKey`.
 * Throws OtherKind or OtherDataKey.
 */
export async function openStore(
  redis: Connection,
  city: string,
  pace: Pace,
  now: number,
  {
    kind = 'real',
    outerKey,
    replicas = 0,
    damaged = () => {},
    failoverLossMs = TIMINGS.store.failoverLossMs,
  }: StoreOptions,
): Promise<Store> {
  const keys = keysOf(city);
  const fresh = (await redis.hexists(keys.meta, 'instance')) === 0;
  const stored = await redis.anlinInitMeta(
    1,
    keys.meta,
    ...Object.entries({
      instance: randomBytes(9).toString('base64url'),
      schema: SCHEMA,
      created_at: now,
      kind,
      city,
    }).flat(),
  );
  const meta = new Map<string, string>();
  for (let i = 0; i < stored.length; i += 2) meta.set(stored[i] ?? '', stored[i + 1] ?? '');
  if (meta.get('kind') !== kind) throw new OtherKind(`City "${city}" already holds ${meta.get('kind')} data.`);
  const openPseudonymKey = meta.get('pseudonym_key');
  const { dataKey, pseudonymKey } = await openCityKeys(redis, keys.meta, outerKey, { fresh, openPseudonymKey });
  // Node takes longer to read a key that is a text.
  const secret = createSecretKey(Buffer.from(pseudonymKey));
  return {
    city,
    known: openKnownData(meta.get('instance') ?? '', failoverLossMs),
    process: `${process.pid}-${randomBytes(4).toString('hex')}`,
    redis,
    keys,
    damaged,
    replicated: openReplication(redis, replicas),
    pace: encodePace(pace),
    dataKey,
    ...sealingWith(dataKey),
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
