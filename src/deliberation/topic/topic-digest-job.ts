import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { loadRetainedRuns } from '../../broadcasts/broadcast-store.ts';
import { PER_PERSON_A_DAY } from '../../broadcasts/lifecycle.ts';
import { loadReceived } from '../../broadcasts/sending/recipients.ts';
import { DAY_MS, MINUTE_MS, QUIET_HOURS, remainingMs } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { RenderedNotice } from '../../notify/notify.ts';
import { commitRendered, renderForEach } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Person } from '../../people/person-store.ts';
import { loadPerson } from '../../people/person-store.ts';
import type { Write } from '../../store/commit.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Topic } from './topic.ts';
import { isOpenTopic, isPublicTopic } from './topic.ts';
import { topicName } from './topic-card.ts';
import { loadTopicsIn } from './topic-store.ts';

const BATCH = 50;
const WEEK_MS = 7 * DAY_MS;
/** Topics of one digest. */
const LISTED_MAX = 5;

/** Sends the weekly digest of topics to people who asked for it: one card a person, which each week rewrites. */
export function topicDigestJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'topic-digest',
    every: MINUTE_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.topicReaders, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const readers = (await orStoreAway(store.redis.zrange(...due))) as Urn[]; // written by the talk of topics
      if (readers.length === 0) return { looked: 0 };
      const received = await loadReceived(store, await loadRetainedRuns(store, now - DAY_MS));
      const isFull = (urn: Urn) =>
        (received.get(urn) ?? []).filter((at) => at > now - DAY_MS).length >= PER_PERSON_A_DAY;
      const work = (urn: Urn) => visit(urn, isFull(urn), services);
      return { looked: await eachOrLog(readers, { log, what: 'a digest of topics', stopping, work }) };
    },
  };
}

/** One reader: notes the message of a card just sent, waits, or sends the digest. */
async function visit(urn: Urn, isFull: boolean, services: Services): Promise<void> {
  const { store } = services;
  const now = services.now();
  const { keys } = store;
  const [person, card] = await Promise.all([
    loadPerson(store, urn),
    orStoreAway(store.redis.hget(keys.topicCards, urn)),
  ]);
  const { contact } = person;
  const change = (ms: number, writes: readonly Write[], notices: readonly RenderedNotice[] = []) =>
    commitRendered(
      {
        // The pseudonym instead of the person: seen operations outlive a forgotten person.
        op: `topic-digest:${store.pseudonym(urn)}:${now}`,
        what: 'topics_digested',
        checks: [{ key: keys.topicReaders, holds: urn }],
        writes: [['ZADD', keys.topicReaders, now + ms, urn], ...writes],
      },
      notices,
      services,
    );
  const sent = cardSent(card, person);
  if (sent === 'unsent') return void (await change(MINUTE_MS, []));
  if (sent) return void (await change(WEEK_MS - MINUTE_MS, [['HSET', keys.topicCards, urn, sent]]));
  const quietMs = remainingMs(contact?.quiet ?? QUIET_HOURS.usual, now);
  if (quietMs > 0) return void (await change(quietMs, []));
  if (isFull) return void (await change(DAY_MS, []));
  const said = contact?.home === undefined ? undefined : digestOf(await topicsOf(contact.home, services));
  if (!said || !contact?.subscribed) return void (await change(WEEK_MS, []));
  const rendered = await renderForEach([{ to: urn, said, announced: true }], services);
  const earlier = card?.startsWith(SENT) ? card.slice(SENT.length) : undefined;
  const notices = earlier
    ? rendered.map((notice) => ({ ...notice, message: { ...notice.message, edits: earlier } }))
    : rendered;
  const waiting = `${WAITING}${person.version} ${person.lastMessage ?? ''}`;
  await (earlier
    ? change(WEEK_MS, [], notices)
    : change(MINUTE_MS, [['HSET', keys.topicCards, urn, waiting]], notices));
}

/** A card's stored forms: sent as this message; or on its way, with the person's version and last message before. */
const [SENT, WAITING] = ['sent ', 'waits '];

/** The stored form of a card that was on its way; `unsent` while it still is; undefined if there is none on its way. */
function cardSent(card: string | null, { version, lastMessage }: Person): string | undefined {
  if (!card?.startsWith(WAITING)) return undefined;
  const [sentAt, before] = card.slice(WAITING.length).split(' ');
  // After a word of the person, their last message is another one: the next digest is a new card.
  if (sentAt !== String(version)) return SENT;
  return lastMessage === undefined || lastMessage === before ? 'unsent' : `${SENT}${lastMessage}`;
}

async function topicsOf(home: string, { store }: Services): Promise<readonly Topic[]> {
  const all = (await loadTopicsIn(store, home)).map(({ record }) => record);
  return all.filter((topic) => isPublicTopic(topic) && isOpenTopic(topic)).slice(0, LISTED_MAX);
}

function digestOf(topics: readonly Topic[]): LocalizedMessage | undefined {
  if (topics.length === 0) return undefined;
  const lines = topics.map((topic) => ({
    key: 'flows/topics:digest_line' as const,
    values: { words: { names: topicName(topic) }, state: { key: `flows/topics:short.${topic.state}` as const } },
  }));
  return {
    key: 'flows/topics:digest',
    values: { lines: { list: lines } },
    buttons: [{ label: 'flows/topics:buttons.all', flow: 'topics', argument: 'all' }],
  };
}
