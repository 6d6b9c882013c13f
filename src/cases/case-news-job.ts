import { eachOrLog } from '../background/each-or-log.ts';
import type { Job } from '../background/job.ts';
import type { Urn } from '../channels/channel.ts';
import type { Notice } from '../notify/notify.ts';
import { commitRendered, renderForEach } from '../notify/notify.ts';
import type { Services } from '../notify/services.ts';
import { staffIn } from '../people/role.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import { orStoreAway } from '../store/store.ts';
import type { Change } from '../store/versioned-record.ts';
import { joinChanges, NO_CHANGE } from '../store/versioned-record.ts';
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
import { applyEvent, replay } from './replay.ts';
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
      const count = { told: 0 };
      const work = async (news: string) => {
        if (await tellNews(news, listeners, services)) count.told += 1;
      };
      // A burst of reports is told in one run, as long as the run gets on.
      for (let before = -1; before < count.told && !stopping(); ) {
        before = count.told;
        const waiting = await orStoreAway(store.redis.zrange(store.keys.casesNews, '0', String(BATCH - 1)));
        // The events of one case in their order; cases do not wait for one another.
        const cases = Map.groupBy(waiting, (news) => news.slice(0, news.indexOf(' ')));
        const each = { log, what: 'news of a case', stopping, work };
        await Promise.all([...cases.values()].map((own) => eachOrLog(own, each)));
        if (waiting.length < BATCH) break;
      }
      return count;
    },
  };
}

/** Handles one queue entry `<CaseId> <n>`: the n-th event of a case. False if it must be tried again. */
async function tellNews(news: string, listeners: readonly CaseListener[], services: Services): Promise<boolean> {
  const { store, now } = services;
  const [id = '', nth = ''] = news.split(' ');
  const events = (await loadEvents(store, id)).slice(0, Number(nth));
  const event = events.at(-1);
  if (event?.type === 'submitted' && !(await flagRecurrence(id, services))) return false;
  const before = events.length > 1 ? replay(events.slice(0, -1)) : undefined;
  const after = event && (before ? applyEvent(before, event) : replay(events));
  if (after) for (const listener of listeners) await listener(after, services);
  const known = after && events.length === Number(nth);
  const { notices, arrival } = known ? await noticesOf({ before, after, event }, services) : NO_NEWS;
  const rendered = await renderForEach(notices, services);
  // Webhooks get public events only, after a dispatcher reviewed the case.
  const webhooks = known && after.looked === true && isPublicEvent(event) ? await loadWebhooks(store) : [];
  for (let i = 0; i === 0 || i * NOTICES_PER_COMMIT < rendered.length; i += 1) {
    const some = rendered.slice(i * NOTICES_PER_COMMIT, (i + 1) * NOTICES_PER_COMMIT);
    const last = (i + 1) * NOTICES_PER_COMMIT >= rendered.length;
    const writes = last
      ? [
          ['ZREM', store.keys.casesNews, news] as const,
          ...arrival.writes,
          ...webhookWrites(store, webhooks, id, Number(nth), now()),
        ]
      : [];
    // On a conflict the next run goes on from this commit.
    const change = { op: `news:${news}:${i}`, what: 'news_told', checks: last ? arrival.checks : [], writes };
    if (!(await commitRendered(change, some, services))) return false;
  }
  return true;
}

/** An event with the case before and after it. */
type Happened = { readonly before: HazardCase | undefined; readonly after: HazardCase; readonly event: CaseEvent };

/** The notices of one event, and the change that records who knows of a new case. */
type News = { readonly notices: readonly Notice[]; readonly arrival: Change };
const NO_NEWS: News = { notices: [], arrival: NO_CHANGE };

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
async function noticesOf({ before, after, event }: Happened, { store, city, now }: Services): Promise<News> {
  const { followers, staff, holder } = caseMessages(before, after, event, city);
  const notices = new Map<Urn, Notice>();
  if (followers) {
    const urns = (await orStoreAway(store.redis.zrange(store.keys.caseFollowers(after.id), '0', '-1'))) as Urn[]; // written by commits
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
  const changes: Change[] = [];
  for (const { list, said, arrives } of staff) {
    const found = await readers(list);
    const { to: told, ...change } = arrives ? await toldOfArrival(store, found, now()) : { to: found, ...NO_CHANGE };
    for (const to of told) notices.set(to, { to, said });
    changes.push(change);
  }
  for (const { list } of holder ? workListsOf(after) : [])
    for (const to of await readers(list))
      if (holder && store.pseudonym(to) === holder.of) notices.set(to, { to, said: holder.said });
  // The actor already got the reply of the turn.
  const others = [...notices.values()].filter(({ to }) => event.by === '' || store.pseudonym(to) !== event.by);
  return { notices: others, arrival: joinChanges(changes) };
}
