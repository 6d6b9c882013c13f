import type { Urn } from '../channels/channel.ts';
import { staffIn } from '../people/role.ts';
import type { Write } from '../store/commit.ts';
import { asking } from '../store/store.ts';
import { watchAlone } from '../store/watch-alone.ts';
import { leaveAll } from '../volunteers/leave.ts';
import { stepOf } from '../volunteers/task-clock.ts';
import { duePlans, makeNext } from '../volunteers/task-plan.ts';
import { loadTasks } from '../volunteers/task-store.ts';
import { MAY_ORGANISE } from '../volunteers/volunteer.ts';
import { tellingOf } from '../volunteers/volunteering-news.ts';
import { commitTelling } from './news.ts';
import type { House } from './turn.ts';

const EVERY_MS = 300;
const BATCH = 50;

/** Lets volunteering go on: tasks are offered around, places come free, those concerned are told, and who left is taken out. */
export function watchVolunteering(house: House): Promise<{ close(): Promise<void> }> {
  const { store, log, now } = house;
  const trying = async (what: string, work: () => Promise<void>) =>
    work().catch((error) => log.warn({ err: error }, `${what} could not be looked after`));
  return watchAlone(store, 'volunteering', EVERY_MS, log, async (stopping) => {
    for (const urn of await asking(store.redis.zrange(store.keys.volunteersLeaving, 0, String(BATCH - 1))))
      await trying('somebody who left', () => takeOut(urn as Urn, house)); // written by forgetting
    for (const kept of await duePlans(store, now(), BATCH)) {
      const change = { ...makeNext(store, kept, now()), op: `plan:${kept.record.id}:${kept.version}` };
      await trying('a repeating task', () => commitTelling({ ...change, what: 'task_planned' }, [], house));
    }
    const due = [store.keys.tasksClock, '-inf', String(now()), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
    for (const kept of await loadTasks(store, await asking(store.redis.zrange(...due)))) {
      if (stopping()) return;
      await trying('a task', async () => {
        const step = await stepOf(store, kept, house.city.regions, now());
        const over = { checks: [], writes: [['ZREM', store.keys.tasksClock, kept.record.id] as const], tells: [] };
        const { tells, ...change } = step ?? over;
        const op = `task:${kept.record.id}:${kept.version}:${step ? 'step' : `over.${now()}`}`;
        await commitTelling({ ...change, op, what: 'task_stepped' }, tells, house);
      });
    }
    const ripe = [store.keys.volunteeringNews, '-inf', String(now()), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
    const news = await asking(store.redis.zrange(...ripe, 'WITHSCORES'));
    for (let i = 0; i + 1 < news.length && !stopping(); i += 2) {
      const [what = '', since = ''] = news.slice(i, i + 2);
      await trying('news of volunteering', () => tell(what, since, house));
    }
  });
}

/** One piece of news; the same may come again later, and is told again. */
async function tell(news: string, since: string, house: House): Promise<void> {
  const { store, city, now } = house;
  const { volunteers = [], organisers, writes = [], laterMs } = (await tellingOf(store, news, city, now())) ?? {};
  const scopes = organisers ? city.regions.chain(organisers.region) : [];
  const found = organisers ? await Promise.all(MAY_ORGANISE.map((role) => staffIn(store, role, scopes))) : [];
  const staff = [...new Set(found.flat())].flatMap((urn) => (organisers ? [[urn, organisers.said] as const] : []));
  const { volunteeringNews } = store.keys;
  const done: Write = laterMs ? ['ZADD', volunteeringNews, now() + laterMs, news] : ['ZREM', volunteeringNews, news];
  const change = {
    op: `volunteering:${news}:${since}`,
    what: 'volunteering_told',
    checks: [],
    writes: [done, ...writes],
  };
  await commitTelling(change, [...volunteers, ...staff], house);
}

/** Who was forgotten hands back what they took, and stands in no list any more. */
async function takeOut(urn: Urn, house: House): Promise<void> {
  const { store, now } = house;
  const { checks, writes } = await leaveAll(store, urn, now());
  const done = ['ZREM', store.keys.volunteersLeaving, urn] as const;
  // By the time and not by the person, whose name would stay in what was seen.
  const op = `leave:${store.pseudonym(urn)}:${now()}`;
  await commitTelling({ op, what: 'volunteer_gone', checks, writes: [...writes, done] }, [], house);
}
