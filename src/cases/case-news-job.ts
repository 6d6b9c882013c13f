import { eachOrLog } from '../background/each-or-log.ts';
import type { Job } from '../background/job.ts';
import type { Urn } from '../channels/channel.ts';
import type { Notice } from '../notify/notify.ts';
import { commitRendered, renderForEach } from '../notify/notify.ts';
import type { Services } from '../notify/services.ts';
import { staffIn } from '../people/role.ts';
import type { Write } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import { orStoreAway } from '../store/store.ts';
import type { CaseEvent } from './case-event.ts';
import { isPublicEvent } from './case-event.ts';
import { caseMessages, subscriberMessage } from './case-messages.ts';
import { readersOf } from './case-permissions.ts';
import { changeCase, loadCase, loadEvents } from './case-store.ts';
import { toldOfArrival } from './desk/arrivals.ts';
import type { WorkList } from './desk/work-queues.ts';
import { workListsOf } from './desk/work-queues.ts';
import { subscribersTo } from './follow/subscription.ts';
import type { HazardCase } from './hazard-case.ts';
import { replay } from './replay.ts';
import { findClosedBefore } from './report/nearby.ts';
import { loadWebhooks, webhookWrites } from './webhook.ts';

const EVERY_MS = 300;
const BATCH = 50;
/** Recipients per commit; a case with more followers takes several commits. */
const NOTICES_PER_COMMIT = 100;

/** Another feature's reaction to a case event, run before its notices. May run again for the same event. */
export type CaseListener = (record: HazardCase, services: Services) => Promise<void>;

/** Notifies followers, subscribers and staff of case events, and queues webhooks. Each notice is sent once. */
export function caseNewsJob(services: Services, listeners: readonly CaseListener[]): Job {
  const { store, log } = services;
  return {
    name: 'case-news',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (_now, stopping) => {
      const waiting = await orStoreAway(store.redis.zrange(store.keys.casesNews, '0', String(BATCH - 1)));
      const told = await eachOrLog(waiting, {
        log,
        what: 'news of a case',
        stopping,
        work: (news) => tellNews(news, listeners, services),
      });
      return { told };
    },
  };
}

/** Handles one queue entry `<CaseId> <n>`: the n-th event of a case. */
async function tellNews(news: string, listeners: readonly CaseListener[], services: Services): Promise<void> {
  const { store, now } = services;
  const [id = '', nth = ''] = news.split(' ');
  const events = (await loadEvents(store, id)).slice(0, Number(nth));
  const event = events.at(-1);
  if (event?.type === 'submitted' && !(await flagRecurrence(id, services))) return;
  if (event) for (const listener of listeners) await listener(replay(events), services);
  const known = event !== undefined && events.length === Number(nth);
  const { notices, writes: told } = known ? await noticesOf(events, event, services, id) : { notices: [], writes: [] };
  const rendered = await renderForEach(notices, services);
  const webhooks = known && isPublic(events) ? await loadWebhooks(store) : [];
  for (let i = 0; i === 0 || i * NOTICES_PER_COMMIT < rendered.length; i += 1) {
    const some = rendered.slice(i * NOTICES_PER_COMMIT, (i + 1) * NOTICES_PER_COMMIT);
    const last = (i + 1) * NOTICES_PER_COMMIT >= rendered.length;
    const writes = last
      ? [
          ['ZREM', store.keys.casesNews, news] as const,
          ...told,
          ...webhookWrites(store, webhooks, id, Number(nth), now()),
        ]
      : [];
    // On a conflict the next run goes on from this commit.
    const change = { op: `news:${news}:${i}`, what: 'news_told', checks: [], writes };
    if (!(await commitRendered(change, some, services))) return;
  }
}

/** Webhooks get public events only, after a dispatcher reviewed the case. */
function isPublic(events: readonly CaseEvent[]): boolean {
  const last = events.at(-1);
  return replay(events).looked === true && last !== undefined && isPublicEvent(last);
}

/** Links a new case to a closed one at the same place. False on a conflict: the next run tries again. */
async function flagRecurrence(id: string, { store, now }: Services): Promise<boolean> {
  const kept = await loadCase(store, id);
  if (!kept || kept.record.recurs) return true;
  const before = await findClosedBefore(store, kept.record);
  if (!before) return true;
  const event = { type: 'recurred', at: now(), as: 'house', by: '', target: before.record.id } as const;
  const change = { op: `recurs:${id}`, what: 'case_recurred', ...changeCase(store, kept, event) };
  return (await commitAsSystem(store, change, now())).type !== 'conflict';
}

/** Lists who is notified of the last event: followers, then subscribers of the area, then staff. */
async function noticesOf(
  events: readonly CaseEvent[],
  event: CaseEvent,
  { store, city, now }: Services,
  id: string,
): Promise<{ readonly notices: readonly Notice[]; readonly writes: readonly Write[] }> {
  const after = replay(events);
  const before = events.length > 1 ? replay(events.slice(0, -1)) : undefined;
  const { followers, staff, holder } = caseMessages(before, after, event, city);
  const notices = new Map<Urn, Notice>();
  if (followers) {
    const urns = (await orStoreAway(store.redis.zrange(store.keys.caseFollowers(id), '0', '-1'))) as Urn[]; // written by commits
    for (const to of urns) notices.set(to, { to, said: followers });
  }
  if (event.type === 'accepted') {
    const said = subscriberMessage(after, city);
    for (const to of await subscribersTo(store, after, city))
      if (!notices.has(to)) notices.set(to, { to, said, announced: true });
  }
  const readers = (list: WorkList) => {
    const { role, scopes } = readersOf(list, city.regions);
    return staffIn(store, role, scopes);
  };
  const writes: Write[] = [];
  for (const { list, said, arrives } of staff) {
    const found = await readers(list);
    const told = arrives ? await toldOfArrival(store, found, now()) : { to: found, writes: [] };
    for (const to of told.to) notices.set(to, { to, said });
    writes.push(...told.writes);
  }
  for (const { list } of holder ? workListsOf(after) : [])
    for (const to of await readers(list))
      if (holder && store.pseudonym(to) === holder.of) notices.set(to, { to, said: holder.said });
  // The actor already got the reply of the turn.
  const others = [...notices.values()].filter(({ to }) => event.by === '' || store.pseudonym(to) !== event.by);
  return { notices: others, writes };
}
