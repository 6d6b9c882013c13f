import { eachOrLog } from '../background/each-or-log.ts';
import type { Job } from '../background/job.ts';
import { commitAndNotify } from '../notify/notify.ts';
import type { Services } from '../notify/services.ts';
import { staffWith } from '../people/role.ts';
import type { Write } from '../store/commit.ts';
import { inPairs } from '../store/records/in-pairs.ts';
import { orStoreAway } from '../store/store.ts';
import { ORGANISER_ROLES } from './volunteer/volunteer.ts';
import { volunteeringNotification } from './volunteering-news.ts';

const EVERY_MS = 300;
const BATCH = 50;

type News = { readonly event: string; readonly since: string };

/** Notifies volunteers, neighbours in mediation and organisers of volunteering events. */
export function volunteeringNewsJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'volunteering-news',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.volunteeringNews, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const flat = await orStoreAway(store.redis.zrange(...due, 'WITHSCORES'));
      const waiting = inPairs(flat).map(([event, since]): News => ({ event, since }));
      const work = (news: News) => tell(news, services);
      return { told: await eachOrLog(waiting, { log, what: 'news of volunteering', stopping, work }) };
    },
  };
}

/** Handles one entry. The same event may be queued again later: its time is part of the operation id. */
async function tell({ event, since }: News, services: Services): Promise<void> {
  const { store, city, now } = services;
  const {
    people = [],
    organisers,
    writes = [],
    laterMs,
  } = (await volunteeringNotification(store, event, city, now())) ?? {};
  const staff = organisers ? await staffWith(store, ORGANISER_ROLES, city.regions.chain(organisers.region)) : [];
  const toStaff = staff.flatMap((to) => (organisers ? [{ to, said: organisers.said }] : []));
  const { volunteeringNews } = store.keys;
  const done: Write = laterMs ? ['ZADD', volunteeringNews, now() + laterMs, event] : ['ZREM', volunteeringNews, event];
  const op = `volunteering:${event}:${since}`;
  const change = { op, what: 'volunteering_told', checks: [], writes: [done, ...writes] };
  await commitAndNotify(change, [...people, ...toStaff], services);
}
