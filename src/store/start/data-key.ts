import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../connect.ts';
import type { Keys } from '../keys.ts';
import { sealingWith } from '../sealing.ts';

/** DATA_KEY is not the one under which the keys of the city lie. */
export class OtherDataKey extends Error {
  override readonly name = 'OtherDataKey';
}

/** The key outside the store. A file serves where DATA_KEY is not set. */
export type OuterKey = { readonly key: string; readonly from: 'environment' | 'file' };

/** The keys that lie in the store under the outer key: for sealed data and for pseudonyms. */
export type CityKeys = { readonly dataKey: string; readonly pseudonymKey: string };

const KEY_FILE = 'data-key';

/** Reads DATA_KEY, or else the key file in DATA_DIR; writes that file at the first start. */
export function outerKeyOf({ dataKey, dataDir }: { readonly dataKey?: string; readonly dataDir: string }): OuterKey {
  if (dataKey !== undefined) return { key: dataKey, from: 'environment' };
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, KEY_FILE);
  try {
    // wx: of two first starts one writes the file, and both read it.
    writeFileSync(path, newKey(), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return { key: readFileSync(path, 'utf8').trim(), from: 'file' };
}

/** What the store's meta data say about the keys. */
type Stored = {
  /** The store has no data yet. */
  readonly fresh: boolean;
  /** Earlier releases kept the pseudonym key in the open, and sealed data under it if DATA_KEY was not set. */
  readonly openPseudonymKey: string | undefined;
};

/** Opens the city's keys; a new store gets random ones. Throws OtherDataKey. */
export async function openCityKeys(
  redis: Connection,
  meta: string,
  outer: OuterKey,
  { fresh, openPseudonymKey }: Stored,
): Promise<CityKeys> {
  const former = outer.from === 'file' ? openPseudonymKey : undefined;
  const { seal, unseal } = sealingWith(outer.key);
  // Earlier releases sealed data with the outer key itself.
  await redis.hsetnx(meta, 'data_key', seal(fresh ? newKey() : (former ?? outer.key), meta));
  const sealed = (await redis.hget(meta, 'data_key')) ?? '';
  let dataKey = unseal(sealed, meta);
  if (dataKey === undefined && former !== undefined) {
    dataKey = sealingWith(former).unseal(sealed, meta);
    if (dataKey !== undefined) await redis.hset(meta, 'data_key', seal(dataKey, meta));
  }
  if (dataKey === undefined) throw otherDataKey(outer);
  const inner = sealingWith(dataKey);
  await redis.hsetnx(meta, 'pseudonym_sealed', inner.seal(openPseudonymKey ?? newKey(), 'pseudonym'));
  await redis.hdel(meta, 'pseudonym_key');
  const pseudonymKey = inner.unseal((await redis.hget(meta, 'pseudonym_sealed')) ?? '', 'pseudonym');
  if (pseudonymKey === undefined) throw new Error(`The field pseudonym_sealed of ${meta} is damaged.`);
  return { dataKey, pseudonymKey };
}

function otherDataKey({ from }: OuterKey): OtherDataKey {
  const what =
    from === 'file'
      ? `DATA_KEY is missing, or DATA_DIR/${KEY_FILE} is not the key, with`
      : 'DATA_KEY is another one than that with';
  return new OtherDataKey(
    `${what} which this city's data were sealed. Set the former DATA_KEY in .env, or put back DATA_DIR/${KEY_FILE}.`,
  );
}

const newKey = (): string => randomBytes(32).toString('base64url');

/** The part of an open store that holds its key. */
type OpenedKey = { readonly redis: Connection; readonly keys: Keys; readonly dataKey: string };

/** Puts the city's keys under a new DATA_KEY. Sealed data stay as they are. */
export async function changeDataKey({ redis, keys, dataKey }: OpenedKey, newOuterKey: string): Promise<void> {
  await redis.hset(keys.meta, 'data_key', sealingWith(newOuterKey).seal(dataKey, keys.meta));
}
