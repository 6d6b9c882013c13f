import { randomBytes } from 'node:crypto';
import type { Write } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** Where a program of others wants to be told of case events, and the secret with which what we send is signed. */
export type Hook = { readonly id: string; readonly url: string; readonly secret: string; readonly at: number };

/** Whether we would send there: over TLS, or on this very machine. */
export function isHookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username } = new URL(text);
  const here = hostname === '127.0.0.1' || hostname === 'localhost';
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && here));
}

export async function makeHook(store: Store, url: string, now: number): Promise<Hook> {
  const made: Hook = {
    id: randomBytes(6).toString('hex'),
    url,
    secret: randomBytes(32).toString('base64url'),
    at: now,
  };
  const writes = [['HSET', store.keys.hooks, made.id, JSON.stringify(made)] as const];
  await commitAsSystem(store, { op: `hook:${made.id}`, what: 'hook_made', checks: [], writes }, now);
  return made;
}

export async function loadHooks({ redis, keys }: Store): Promise<readonly Hook[]> {
  const kept = await orStoreAway(redis.hvals(keys.hooks));
  return kept.map((text) => JSON.parse(text) as Hook); // written above
}

/** The writes by which the n-th event of a case waits for each of these programs. */
export function hookWrites(
  { keys }: Store,
  hooks: readonly Hook[],
  caseId: string,
  n: number,
  now: number,
): readonly Write[] {
  return hooks.map(({ id }) => ['ZADD', keys.hooksDue, now, `${id} ${caseId} ${n} ${now}`]);
}
