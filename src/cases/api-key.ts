import { hash, randomBytes } from 'node:crypto';
import { commitOrThrow } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** Record of a program that may file requests over HTTP. The store holds only the key's hash. `at`: ms since the epoch. */
export type ApiKey = { readonly id: string; readonly name: string; readonly at: number };

/** Makes a key and returns it. The key cannot be read again. */
export async function makeApiKey(store: Store, name: string, now: number): Promise<string> {
  const key = `anlin_${randomBytes(24).toString('base64url')}`;
  const made: ApiKey = { id: randomBytes(6).toString('hex'), name, at: now };
  const writes = [['HSET', store.keys.apiKeys, digestOf(key), JSON.stringify(made)] as const];
  await commitOrThrow(store, { op: `api-key:${made.id}`, what: 'api_key_made', checks: [], writes }, now);
  return key;
}

/** Finds the record of a key. The lookup is by hash, so its duration tells nothing about a guessed key. */
export async function findApiKey(store: Store, key: string): Promise<ApiKey | undefined> {
  const kept = await orStoreAway(store.redis.hget(store.keys.apiKeys, digestOf(key)));
  return kept === null ? undefined : (JSON.parse(kept) as ApiKey); // written by makeApiKey
}

/** Loads the records of all keys. */
export async function loadApiKeys({ redis, keys }: Store): Promise<readonly ApiKey[]> {
  return (await orStoreAway(redis.hvals(keys.apiKeys))).map((text) => JSON.parse(text) as ApiKey); // written by makeApiKey
}

/** Deletes a key by its id: calls with it are refused at once. False if there is none with this id. */
export async function revokeApiKey(store: Store, id: string, who: string, now: number): Promise<boolean> {
  const all = Object.entries(await orStoreAway(store.redis.hgetall(store.keys.apiKeys)));
  const found = all.find(([, text]) => (JSON.parse(text) as ApiKey).id === id);
  if (!found) return false;
  const writes = [['HDEL', store.keys.apiKeys, found[0]] as const];
  await commitOrThrow(store, { op: `api-key_gone:${id}`, what: `api_key_revoked:${who}`, checks: [], writes }, now);
  return true;
}

function digestOf(key: string): string {
  return hash('sha256', key, 'base64url');
}
