import { Redis } from 'ioredis';
import type { Urn } from '../src/channels/channel.ts';
import { agree, dueOf, newContact } from '../src/people/contact.ts';
import type { Person, Talks } from '../src/people/person-store.ts';
import { NO_TALKS, personFields } from '../src/people/person-store.ts';
import { keysOf } from '../src/store/keys.ts';
import { CITY } from './anlin.ts';

const BATCH = 2000;
/** One in so many is in the middle of a report, and wrote within the last two days. */
const TALKING = 20;
const DAY_MS = 24 * 3600 * 1000;
const YEAR_DAYS = 365;

/** Puts this many contacts into a city, as commits would have left them; returns the bytes of Redis's memory for each. */
export async function fillWithContacts(redisUrl: string, count: number): Promise<number> {
  const redis = new Redis(redisUrl);
  // Nothing is measured yet; and a rewrite of the file in the middle of a run would be measured instead of turns.
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
  const urn: Urn = `telegram:${numberOf(i)}`;
  const contact = agree(agree(newContact('zh-CN', now), 'basic', now), 'location', now);
  // The list of persons is in the order of this day, not of their numbers.
  const agreed = { ...contact, day: new Date(now - (i % YEAR_DAYS) * DAY_MS).toISOString().slice(0, 10) };
  const talking = i % TALKING === 0;
  const talks = talking ? talksOf(i, now) : NO_TALKS;
  const nobody: Person = {
    urn,
    version: 0,
    contact: undefined,
    talks: NO_TALKS,
    lastMessage: undefined,
    gone: undefined,
  };
  const fields = personFields(nobody, { contact: agreed, talks });
  batch.zadd(keys.personsDue, dueOf(agreed), urn);
  batch.hset(keys.person(urn), { version: 3 + (i % 40), ...fields, last_message: 1000 + i });
  if (!talking) return;
  batch.zadd(keys.talksExpiring, talks.active?.expires ?? 0, urn);
  batch.zadd(keys.seen(urn), now, `telegram:${i}`);
  batch.pexpire(keys.seen(urn), 2 * DAY_MS);
}

/** Numbers as people have them: each another, in no order. */
function numberOf(i: number): number {
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
