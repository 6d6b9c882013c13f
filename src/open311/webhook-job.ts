import { createHmac, randomUUID } from 'node:crypto';
import type { Job } from '../background/job.ts';
import { DAY_MS } from '../calendar.ts';
import { loadCase, loadEvents } from '../cases/case-store.ts';
import type { Hook } from '../cases/webhook.ts';
import { loadHooks } from '../cases/webhook.ts';
import type { City } from '../city/city.ts';
import type { Wording } from '../i18n.ts';
import { DEFAULT_LANGUAGE } from '../i18n.ts';
import type { Log } from '../log.ts';
import type { Write } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
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
const AT_ONCE = 20;
const CALL_TIMEOUT_MS = 5000;
/** The pause grows with the time that an event has waited; after a day nobody waits for it any more. */
const FIRST_PAUSE_MS = 30_000;
const GIVEN_UP_MS = DAY_MS;

/** Posts case events to subscribed programs: signed, at least once, with an id by which a repeat is known. */
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
  const due = await orStoreAway(redis.zrange(keys.hooksDue, '-inf', String(now()), 'BYSCORE', 'LIMIT', 0, AT_ONCE));
  if (due.length === 0) return 0;
  const hooks = new Map((await loadHooks(store)).map((hook) => [hook.id, hook]));
  const settled = await Promise.all(due.map((member) => sendOne(member, hooks, settings)));
  // One commit for all posts: fewer conflicts with other system commits, which would post an accepted event again.
  const change = { op: `hooks:${randomUUID()}`, what: 'hooks_told', checks: [], writes: settled };
  for (let i = 0; i < TRIES; i += 1) {
    const done = await commitAsSystem(store, change, now());
    if (done.type !== 'conflict') break;
  }
  return due.length;
}

const TRIES = 20;

/** Posts one event and says what becomes of its place in the queue. */
async function sendOne(member: string, hooks: ReadonlyMap<string, Hook>, settings: WebhookSettings): Promise<Write> {
  const { store, now, log } = settings;
  const [hookId = '', caseId = '', n = '', since = ''] = member.split(' ');
  const hook = hooks.get(hookId);
  const body = hook && (await bodyOf(caseId, Number(n), settings));
  const problem = hook && body ? await post(hook, body, now()) : undefined;
  const waited = now() - Number(since);
  const over = problem === undefined || waited > GIVEN_UP_MS;
  if (problem !== undefined) log.warn({ reason: problem, hook: hookId, givenUp: over }, 'an event was not taken');
  const { hooksDue } = store.keys;
  if (over) return ['ZREM', hooksDue, member];
  return ['ZADD', hooksDue, 'XX', now() + Math.max(FIRST_PAUSE_MS, waited), member];
}

/** What is told of the event; undefined if the case is gone. */
async function bodyOf(
  caseId: string,
  n: number,
  { store, wording, city }: WebhookSettings,
): Promise<string | undefined> {
  const [kept, events] = await Promise.all([loadCase(store, caseId), loadEvents(store, caseId)]);
  const event = events[n - 1];
  if (!kept || !event) return undefined;
  const seen = { city: city(), language: DEFAULT_LANGUAGE, say: wording.in(DEFAULT_LANGUAGE) };
  return JSON.stringify({
    delivery: `${kept.record.number}-${n}`,
    event: event.type,
    at: timeOf(event.at),
    service_request: requestOf(kept.record, seen),
  });
}

/** Undefined when it was taken; otherwise why not. */
async function post({ url, secret }: Hook, body: string, now: number): Promise<string | undefined> {
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
    return response.ok ? undefined : `it answered ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
