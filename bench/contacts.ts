import { Redis } from 'ioredis';
import { DAY_MS } from '../src/calendar.ts';
import type { Urn } from '../src/channels/channel.ts';
import { agree, newContact, retentionDueAt } from '../src/people/contact.ts';
import type { Person, Talks } from '../src/people/person-store.ts';
import { changedPersonFields, NO_TALKS } from '../src/people/person-store.ts';
import { keysOf } from '../src/store/keys.ts';
import { CITY } from './open-city.ts';

const BATCH = 2000;
/** One contact in this many is in the middle of a report and wrote within the last two days. */
const TALKING_ONE_IN = 20;
const YEAR_DAYS = 365;

/** Writes contacts as commits would have left them. Returns Redis's memory per contact in bytes. */
export async function fillWithContacts(redisUrl: string, count: number): Promise<number> {
  const redis = new Redis(redisUrl);
  // The fill is not measured, so it need not sync. An AOF rewrite during a later run would distort that run.
  await redis.config('SET', 'appendfsync', 'no', 'auto-aof-rewrite-percentage', '0');
  const before = await usedMemory(redis);
  const now = Date.now();
  for (let from = 0; from < count; from += BATCH) {
    const batch = redis.pipeline();
    for (let i = from; i < Math.min(from + BATCH, count); i += 1) addContact(batch, i, now);
    for (const [error] of (await batch.exec()) ?? []) if (error) throw error;
  }
  const used = (await usedMemory(redis)) - before;
  await redis.config('SET', 'appendfsync', 'always');
  redis.disconnect();
  return used / count;
}

function addContact(batch: ReturnType<Redis['pipeline']>, i: number, now: number): void {
  const keys = keysOf(CITY);
  const urn: Urn = `telegram:${chatIdOf(i)}`;
  const contact = agree(agree(newContact('zh-CN', now), 'basic', now), 'location', now);
  // Different days spread the contacts over the retention index, which is ordered by day.
  const agreed = { ...contact, day: new Date(now - (i % YEAR_DAYS) * DAY_MS).toISOString().slice(0, 10) };
  const talking = i % TALKING_ONE_IN === 0;
  const talks = talking ? talksOf(i, now) : NO_TALKS;
  const newPerson: Person = {
    urn,
    address: urn,
    version: 0,
    contact: undefined,
    talks: NO_TALKS,
    lastMessage: undefined,
    gone: undefined,
  };
  const fields = changedPersonFields(newPerson, { contact: agreed, talks }, (session) => session);
  batch.zadd(keys.personsDue, retentionDueAt(agreed), urn);
  batch.zadd(keys.persons, 0, urn);
  batch.hset(keys.person(urn), { version: 3 + (i % 40), ...fields, last_message: 1000 + i });
  if (!talking) return;
  batch.zadd(keys.talksExpiring, talks.active?.expires ?? 0, urn);
  batch.zadd(keys.seen(urn), now, `telegram:${i}`);
  batch.pexpire(keys.seen(urn), 2 * DAY_MS);
}

/** Returns a distinct chat id for each i; the ids are in no order, as real ones are. */
function chatIdOf(i: number): number {
  return 100_000_000 + ((i * 2_654_435_761) % 2 ** 32);
}

function talksOf(i: number, now: number): Talks {
  const answers = {
    group: 'fire',
    category: 'e_bike_indoors',
    description: { text: '楼道里停了三辆电动车，在充电。' },
  };
  const session = { flow: 'report-hazard', version: 1, talk: `t${i % 1000}`, step: 'photos', answers };
  return { paused: [], active: { ...session, expires: now + 7 * DAY_MS } };
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0);
}
