import type { Urn } from '../../channels/channel.ts';
import type { Check, Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { RefusalReason, Topic } from './topic.ts';
import { isOpenTopic } from './topic.ts';

/** Newest topics that a list for readers holds. */
const LISTED_MAX = 500;

/** Loads a topic; undefined for a malformed or unknown id. */
export async function loadTopic(store: Store, id: unknown): Promise<Kept<Topic> | undefined> {
  if (typeof id !== 'string' || !/^topic_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Topic>(store, [store.keys.topic(id)]))[0];
}

/** Loads the newest topics of the city, newest first. */
export async function loadTopics(store: Store): Promise<readonly Kept<Topic>[]> {
  return loadListed(store, store.keys.topics);
}

/** Loads the newest topics of a community, newest first. */
export async function loadTopicsIn(store: Store, region: string): Promise<readonly Kept<Topic>[]> {
  return loadListed(store, store.keys.topicsIn(region));
}

/** Loads every topic under way, newest first: a vote may be in any of them. */
export async function loadOpenTopics(store: Store): Promise<readonly Kept<Topic>[]> {
  return loadListed(store, store.keys.topicsOpen, 0);
}

/** Loads every topic with a promise, newest first: a broken one stays on the ledger, however many topics follow. */
export async function loadPromisedTopics(store: Store): Promise<readonly Kept<Topic>[]> {
  return loadListed(store, store.keys.topicsPromised, 0);
}

/** Loads the first topics of a list; `most` 0: all. */
async function loadListed(store: Store, list: string, most = LISTED_MAX): Promise<readonly Kept<Topic>[]> {
  const ids = await orStoreAway(store.redis.zrange(list, 0, String(most - 1), 'REV'));
  return loadRecords<Topic>(store, ids.map(store.keys.topic));
}

/** Loads the topic that a person proposed last, until it ends. */
export async function loadOwnTopic(store: Store, urn: Urn): Promise<Kept<Topic> | undefined> {
  return loadTopic(store, await orStoreAway(store.redis.hget(store.keys.topicOf(urn), 'topic')));
}

/** Keeps a topic and its indexes; `due` (ms) is the time of its next step. */
export function keepTopic({ keys }: Store, record: Topic, before?: Kept<Topic>, due = nextStepAt(record)): Change {
  const { id, state, region, proposedAt, closing, promise } = record;
  const { checks, writes } = keepRecord(keys.topic(id), record, before);
  return {
    checks,
    writes: [
      ...writes,
      ['HSET', keys.topic(id), 'state', closing ? 'closing' : state],
      ['ZADD', keys.topics, proposedAt, id],
      ['ZADD', keys.topicsIn(region), proposedAt, id],
      isOpenTopic(record) ? ['ZADD', keys.topicsOpen, proposedAt, id] : ['ZREM', keys.topicsOpen, id],
      ...(promise ? [['ZADD', keys.topicsPromised, proposedAt, id] as const] : []),
      due === undefined ? ['ZREM', keys.topicsClock, id] : ['ZADD', keys.topicsClock, due, id],
    ],
  };
}

/** The time of a topic's next step, ms since the epoch; undefined if it waits for a person. */
export function nextStepAt(topic: Topic): number | undefined {
  const { state, since, until, closing, rewriting, late, kind } = topic;
  if (closing || rewriting) return since;
  switch (state) {
    case 'proposed':
      return late ? undefined : until;
    case 'deciding':
      // A meeting's result is entered by hand.
      return kind === 'meeting' ? undefined : until;
    case 'promised':
      return since;
    default:
      // An ended topic has one more step: what is stored about people is deleted.
      return until;
  }
}

/** Returns the check that votes are still taken: none may arrive once counting has begun. */
export function checkRound({ keys }: Store, { id, state }: Topic): Check {
  return { key: keys.topic(id), field: 'state', is: state };
}

/** Returns the check that no person is removed from the votes between this read and the commit. */
export async function checkNoneLeft({ redis, keys }: Store, id: string): Promise<Check> {
  const key = keys.topic(id);
  return { key, field: 'left', is: (await orStoreAway(redis.hget(key, 'left'))) ?? '' };
}

/** Writes that tie a new topic to its proposer, for the news of it. */
export function keepProposer({ keys, seal }: Store, id: string, proposer: Urn): readonly Write[] {
  return [
    ['SET', keys.topicProposer(id), seal(proposer, `${id} proposer`)],
    ['HSET', keys.topicOf(proposer), 'topic', id],
  ];
}

/** Loads the proposer of a topic; undefined once it has ended, or the person was forgotten. */
export async function loadProposer({ redis, keys, unseal }: Store, id: string): Promise<Urn | undefined> {
  const sealed = await orStoreAway(redis.get(keys.topicProposer(id)));
  return sealed ? (unseal(sealed, `${id} proposer`) as Urn | undefined) : undefined; // sealed by keepProposer
}

/** Queues an event of a topic, of which people are told. */
export function queueTopicNews({ keys }: Store, id: string, event: string, now: number): Write {
  return ['ZADD', keys.topicsNews, now, `${id} ${event}`];
}

/** Counts a refusal, in public. */
export function countRefusal({ keys }: Store, region: string, reason: RefusalReason): Write {
  return ['HINCRBY', keys.topicRefusals, `${region} ${reason}`, 1];
}

/** Loads the numbers of refusals by reason, of the regions that pass. */
export async function loadRefusals(
  { redis, keys }: Store,
  includes: (region: string) => boolean,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const [field, n] of Object.entries(await orStoreAway(redis.hgetall(keys.topicRefusals)))) {
    const [region = '', reason = ''] = field.split(' ');
    if (includes(region)) counts.set(reason, (counts.get(reason) ?? 0) + Number(n));
  }
  return counts;
}
