import { eachOrLog } from '../background/each-or-log.ts';
import type { Job } from '../background/job.ts';
import type { Urn } from '../channels/channel.ts';
import type { Notice, RenderedNotice } from '../notify/notify.ts';
import { commitRendered, renderForEach } from '../notify/notify.ts';
import type { Services } from '../notify/services.ts';
import { staffIn } from '../people/role.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Change } from '../store/records/versioned-record.ts';
import { joinChanges, NO_CHANGE } from '../store/records/versioned-record.ts';
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
import { applyEvent, replay } from './replay.ts';
import { findClosedBefore } from './report/nearby.ts';
import { loadWebhooks, webhookWrites } from './webhook.ts';

const EVERY_MS = 300;
const BATCH = 100;
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
      // A burst of reports is told in one run, as long as the run gets on.
      for (let before = -1; before < count.told && !stopping(); ) {
        before = count.told;
        const waiting = await orStoreAway(store.redis.zrange(store.keys.casesNews, '0', String(BATCH - 1)));
        // The events of one case in their order; cases do not wait for one another.
        const cases = Map.groupBy(waiting, (news) => news.slice(0, news.indexOf(' ')));
        const prepareAll = async (own: readonly string[]) => {
          const prepared: Prepared[] = [];
          const work = async (news: string) => {
            const one = await prepareNews(news, listeners, services);
            if (one) prepared.push(one);
          };
          await eachOrLog(own, { ...each, work });
          return prepared;
        };
        const each = { log, what: 'news of a case', stopping };
        const prepared = (await Promise.all([...cases.values()].map(prepareAll))).flat();
        const work = async (some: readonly Prepared[]) => {
          if (await tell(some, services)) count.told += some.length;
        };
        await eachOrLog(togetherOf(prepared), { ...each, work });
        if (waiting.length < BATCH) break;
      }
      return count;
    },
  };
}

/** The news of one event: who is told what, and the change that goes with the last notice. */
type Prepared = { readonly news: string; readonly notices: readonly RenderedNotice[]; readonly change: Change };

/** Reads one queue entry `<CaseId> <n>`: the n-th event of a case. Undefined if it must be tried again. */
async function prepareNews(
  news: string,
  listeners: readonly CaseListener[],
  services: Services,
): Promise<Prepared | undefined> {
  const { store, now } = services;
  const [id = '', nth = ''] = news.split(' ');
  const events = (await loadEvents(store, id)).slice(0, Number(nth));
  const event = events.at(-1);
  if (event?.type === 'submitted' && !(await flagRecurrence(id, services))) return undefined;
  const before = events.length > 1 ? replay(events.slice(0, -1)) : undefined;
  const after = event && (before ? applyEvent(before, event) : replay(events));
  if (after) for (const listener of listeners) await listener(after, services);
  const known = after && events.length === Number(nth);
  const { notices, arrival } = known ? await noticesOf({ before, after, event }, services) : NO_NEWS;
  // Webhooks get public events only, after a dispatcher reviewed the case.
  const webhooks = known && after.looked === true && isPublicEvent(event) ? await loadWebhooks(store) : [];
  const writes = webhookWrites(store, webhooks, id, Number(nth), now());
  const change = { checks: arrival.checks, writes: [...arrival.writes, ...writes] };
  return { news, notices: await renderForEach(notices, services), change };
}

/** Groups the news whose notices fit into one commit. Checks stay apart: one that fails must not stop other news. */
function togetherOf(all: readonly Prepared[]): readonly (readonly Prepared[])[] {
  const groups: Prepared[][] = [];
  let room = -1;
  for (const one of all) {
    const apart = one.change.checks.length > 0;
    const fits = !apart && one.notices.length <= room;
    if (fits) groups.at(-1)?.push(one);
    else groups.push([one]);
    room = apart ? -1 : (fits ? room : NOTICES_PER_COMMIT) - one.notices.length;
  }
  return groups;
}

/** Commits the notices and takes the news off the queue with the last of them. False on a conflict: it is tried again. */
async function tell(some: readonly Prepared[], services: Services): Promise<boolean> {
  const key = services.store.keys.casesNews;
  const notices = some.flatMap((one) => one.notices);
  const changes = some.map(({ news, change }): Change => {
    const checks = [...change.checks, { key, holds: news }];
    return { checks, writes: [['ZREM', key, news], ...change.writes] };
  });
  const op = `news:${some.map(({ news }) => news).join()}`;
  for (let i = 0; i === 0 || i * NOTICES_PER_COMMIT < notices.length; i += 1) {
    const now = notices.slice(i * NOTICES_PER_COMMIT, (i + 1) * NOTICES_PER_COMMIT);
    const last = (i + 1) * NOTICES_PER_COMMIT >= notices.length;
    // On a conflict the next run goes on from this commit.
    const change = { op: `${op}:${i}`, what: 'news_told', ...(last ? joinChanges(changes) : NO_CHANGE) };
    if (!(await commitRendered(change, now, services))) return false;
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
