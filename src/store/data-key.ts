import { randomBytes } from 'node:crypto';
import type { Connection } from './connect.ts';
import type { Keys } from './keys.ts';
import { sealingWith } from './sealing.ts';

/** DATA_KEY is not the one under which the key of the city's sealed data lies. */
export class OtherDataKey extends Error {
  override readonly name = 'OtherDataKey';
}

type OuterKey = {
  readonly dataKey: string | undefined;
  /** Serves in place of a DATA_KEY. */
  readonly pseudonymKey: string;
  /** The store has no data yet. */
  readonly fresh: boolean;
};

/**
 * Opens the key of the city's sealed data, which lies in the store under DATA_KEY, or else under the pseudonym key.
 * A new store gets a random key. Earlier releases sealed with the outer key itself. Throws OtherDataKey.
 */
export async function openDataKey(
  redis: Connection,
  meta: string,
  { dataKey, pseudonymKey, fresh }: OuterKey,
): Promise<string> {
  const outerKey = dataKey ?? pseudonymKey;
  const outer = sealingWith(outerKey);
  const first = fresh ? randomBytes(32).toString('base64url') : outerKey;
  await redis.hsetnx(meta, 'data_key', outer.seal(first, meta));
  const opened = outer.unseal((await redis.hget(meta, 'data_key')) ?? '', meta);
  if (opened !== undefined) return opened;
  const what = dataKey === undefined ? 'DATA_KEY is missing, with' : 'DATA_KEY is another one than';
  throw new OtherDataKey(`${what} which this city's data were sealed. Set the former DATA_KEY in .env.`);
}

/** The part of an open store that holds its key. */
type OpenedKey = { readonly redis: Connection; readonly keys: Keys; readonly dataKey: string };

/** Puts the key of the sealed data under a new DATA_KEY. Sealed data stay as they are. */
export async function changeDataKey({ redis, keys, dataKey }: OpenedKey, newKey: string): Promise<void> {
  await redis.hset(keys.meta, 'data_key', sealingWith(newKey).seal(dataKey, keys.meta));
}
