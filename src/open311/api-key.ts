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

function digestOf(key: string): string {
  return hash('sha256', key, 'base64url');
}
