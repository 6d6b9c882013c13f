import { createHmac, randomUUID } from 'node:crypto';
import type { Job } from '../background/job.ts';
import { DAY_MS } from '../calendar.ts';
import { loadCase, loadEvents } from '../cases/case-store.ts';
import type { WebhookSubscription } from '../cases/webhook.ts';
import { loadWebhooks } from '../cases/webhook.ts';
import type { City } from '../city/city.ts';
import type { Wording } from '../i18n.ts';
import { DEFAULT_LANGUAGE } from '../i18n.ts';
import type { Log } from '../log.ts';
import type { Write } from '../store/commit.ts';
import { commitOrThrow } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { requestOf, timeOf } from './service-request.ts';

type WebhookSettings = {
  readonly store: Store;
  readonly wording: Wording;
  readonly city: () => City;
  readonly now: () => number;
  readonly log: Log;
};

const EVERY_MS = 500;
const POSTS_AT_ONCE = 20;
const CALL_TIMEOUT_MS = 5000;
/** Shortest pause before a retry. Each pause is as long as the event has waited so far. */
const MIN_PAUSE_MS = 30_000;
/** An event is dropped when its webhook has not accepted it for a day. */
const GIVEN_UP_MS = DAY_MS;

/** Posts case events to webhooks at least once, signed. The delivery id identifies a repeat. */
export function webhookJob(settings: WebhookSettings): Job {
  return {
    name: 'webhooks',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async () => ({ posted: await sendDue(settings) }),
  };
}

async function sendDue(settings: WebhookSettings): Promise<number> {
  const { store, now } = settings;
  const { redis, keys } = store;
  const due = await orStoreAway(
    redis.zrange(keys.hooksDue, '-inf', String(now()), 'BYSCORE', 'LIMIT', 0, POSTS_AT_ONCE),
  );
  if (due.length === 0) return 0;
  const webhooks = new Map((await loadWebhooks(store)).map((webhook) => [webhook.id, webhook]));
  const settled = await Promise.all(due.map((member) => sendOne(member, webhooks, settings)));
  // One commit for all posts: fewer conflicts with other system commits, which would post an accepted event again.
  const change = { op: `hooks:${randomUUID()}`, what: 'hooks_told', checks: [], writes: settled };
  await commitOrThrow(store, change, now());
  return due.length;
}

/** Posts one event and returns the write that removes or reschedules it. */
async function sendOne(
  member: string,
  webhooks: ReadonlyMap<string, WebhookSubscription>,
  settings: WebhookSettings,
): Promise<Write> {
  const { store, now, log } = settings;
  const [webhookId = '', caseId = '', n = '', since = ''] = member.split(' ');
  const webhook = webhooks.get(webhookId);
  const body = webhook && (await bodyOf(caseId, Number(n), settings));
  const problem = webhook && body ? await post(webhook, body, now()) : undefined;
  const waited = now() - Number(since);
  const settled = problem === undefined || waited > GIVEN_UP_MS;
  if (problem !== undefined)
    log.warn({ reason: problem, webhook: webhookId, givenUp: settled }, 'a webhook did not accept an event');
  const { hooksDue } = store.keys;
  if (settled) return ['ZREM', hooksDue, member];
  return ['ZADD', hooksDue, 'XX', now() + Math.max(MIN_PAUSE_MS, waited), member];
}

/** Returns the posted body; undefined if the case no longer exists. */
async function bodyOf(
  caseId: string,
  n: number,
  { store, wording, city }: WebhookSettings,
): Promise<string | undefined> {
  const [kept, events] = await Promise.all([loadCase(store, caseId), loadEvents(store, caseId)]);
  const event = events[n - 1];
  if (!kept || !event) return undefined;
  const context = { city: city(), language: DEFAULT_LANGUAGE, say: wording.in(DEFAULT_LANGUAGE) };
  return JSON.stringify({
    delivery: `${kept.record.number}-${n}`,
    event: event.type,
    at: timeOf(event.at),
    service_request: requestOf(kept.record, context),
  });
}

/** Posts a body. Returns undefined on success, otherwise the reason of the failure. */
async function post({ url, secret }: WebhookSubscription, body: string, now: number): Promise<string | undefined> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-anlin-timestamp': timestamp,
    'x-anlin-signature': `sha256=${signature}`,
  };
  try {
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    await response.body?.cancel();
    return response.ok ? undefined : `the webhook answered ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
