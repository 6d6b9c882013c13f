import { randomBytes } from 'node:crypto';
import type { Write } from '../store/commit.ts';
import { commitOrThrow } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** A webhook: the URL that gets case events, and the secret that signs them. */
export type WebhookSubscription = {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly at: number;
};

/** True for an HTTPS URL, or for HTTP on this machine. */
export function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username } = new URL(text);
  const here = hostname === '127.0.0.1' || hostname === 'localhost';
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && here));
}

/** Creates and stores a webhook with a random secret. */
export async function makeWebhook(store: Store, url: string, now: number): Promise<WebhookSubscription> {
  const made: WebhookSubscription = {
    id: randomBytes(6).toString('hex'),
    url,
    secret: randomBytes(32).toString('base64url'),
    at: now,
  };
  const writes = [['HSET', store.keys.hooks, made.id, JSON.stringify(made)] as const];
  await commitOrThrow(store, { op: `hook:${made.id}`, what: 'hook_made', checks: [], writes }, now);
  return made;
}

/** Loads all webhooks. */
export async function loadWebhooks({ redis, keys }: Store): Promise<readonly WebhookSubscription[]> {
  const kept = await orStoreAway(redis.hvals(keys.hooks));
  return kept.map((text) => JSON.parse(text) as WebhookSubscription); // written above
}

/** Deletes a webhook; events that wait for it are dropped when they are due. False if there is none with this id. */
export async function revokeWebhook(store: Store, id: string, who: string, now: number): Promise<boolean> {
  if (!(await orStoreAway(store.redis.hexists(store.keys.hooks, id)))) return false;
  const writes = [['HDEL', store.keys.hooks, id] as const];
  await commitOrThrow(store, { op: `hook_gone:${id}`, what: `hook_revoked:${who}`, checks: [], writes }, now);
  return true;
}

/** The writes that queue the n-th event of a case for each webhook. */
export function webhookWrites(
  { keys }: Store,
  hooks: readonly WebhookSubscription[],
  caseId: string,
  n: number,
  now: number,
): readonly Write[] {
  return hooks.map(({ id }) => ['ZADD', keys.hooksDue, now, `${id} ${caseId} ${n} ${now}`]);
}
