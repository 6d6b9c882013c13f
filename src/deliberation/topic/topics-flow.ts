import { DAY_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Option } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { roundedCount } from '../../surveys/disclosure/disclosure.ts';
import { eligibility } from '../ballot/eligibility.ts';
import { loadTopicResults } from '../ballot/results.ts';
import type { TopicAccess } from '../ballot/topic-access.ts';
import { loadTopicAccess } from '../ballot/topic-access.ts';
import { mayObject } from '../promise/object-promise-flow.ts';
import { loadWork } from '../promise/work.ts';
import type { Topic } from './topic.ts';
import { isOpenTopic, isPublicTopic } from './topic.ts';
import type { CardFacts } from './topic-card.ts';
import { NO_HOME, topicButton, topicName, topicValues } from './topic-card.ts';
import { appealTopic, withdrawTopic } from './topic-life.ts';
import { keepTopic, loadOwnTopic, loadTopicsIn, queueTopicNews } from './topic-store.ts';

type TopicsFacts = City & {
  readonly home: string | undefined;
  readonly listed: readonly Kept<Topic>[];
  readonly own: string | undefined;
  readonly chosen: Kept<Topic> | undefined;
  readonly access: TopicAccess | undefined;
  readonly card: CardFacts;
  readonly reads: boolean;
  readonly wanted: unknown;
  readonly mayVote: boolean;
  readonly tooNew: boolean;
};

const LISTED_MAX = 7;
/** Ended topics are listed for this long, ms. */
const ENDED_LISTED_MS = 90 * DAY_MS;

/** 议事: the topics of a resident's own community, each with what the resident can do now. */
export const topics = flow<TopicsFacts>({ id: 'topics', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'topic',
    choice({
      options: ({ facts }): readonly Option[] => [
        ...facts.listed.map(({ record }) => ({ id: record.id, name: topicName(record) })),
        { id: 'propose', opens: { flow: 'propose-topic', argument: 'new' } },
        { id: facts.reads ? 'digest_off' : 'digest_on' },
      ],
      values: ({ facts: { home, regions, listed } }) => ({
        where: { names: regions.nameOf(home ?? '') ?? {} },
        count: listed.length,
      }),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      // The chosen topic is loaded after this is read.
      relevant: ({ answers }) => answers.topic?.startsWith('topic_') ?? false,
      options: ({ facts, now }) => actionsFor(facts, now),
      values: ({ facts }) =>
        facts.chosen ? topicValues(facts.chosen.record, facts, { ...facts.card, tooNew: facts.tooNew }) : {},
    }),
  )
  .end();

/** What a resident can do with a topic now. Most actions open a talk of their own, which keeps votes sealed. */
function actionsFor({ chosen, access, own, mayVote }: TopicsFacts, now: number): readonly Option[] {
  const topic = chosen?.record;
  if (!topic) return [];
  const { id, state, closing, kind } = topic;
  const votes = access?.ballot?.answers ?? {};
  const opens = (name: string, flowId: string) => ({ id: name, opens: { flow: flowId, argument: id } });
  const isOwn = own === id;
  const isOpenNow = mayVote && !closing;
  return [
    ...(isOpenNow && state === 'seconding' && votes.second !== 'yes' ? [opens('second', 'second-topic')] : []),
    ...(isOpenNow && state === 'discussing' ? [opens('hear', 'hear-statements'), opens('say', 'say-statement')] : []),
    ...(isOpenNow && state === 'deciding' && kind === 'sounding'
      ? [opens(votes.choice === undefined ? 'vote' : 'vote_again', 'vote-topic')]
      : []),
    ...(mayObject({ access }, now) ? [opens(topic.promise?.awaitsProof ? 'look' : 'object', 'object-promise')] : []),
    ...(isOwn && ['proposed', 'moderated', 'seconding'].includes(state) ? [{ id: 'withdraw' }] : []),
    ...(isOwn && state === 'declined' && !topic.appealed ? [{ id: 'appeal' }] : []),
    { id: 'close' },
  ];
}

export const topicsTalk = talk({
  flow: topics,
  loadsBy: ['topic'],
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const home = person.contact?.home;
    const isHome = home !== undefined && city.regions.levelOf(home) === 'community';
    const [inHome, ownTopic, reads] = await Promise.all([
      isHome ? loadTopicsIn(store, home) : [],
      loadOwnTopic(store, person.urn),
      orStoreAway(store.redis.zscore(store.keys.topicReaders, person.urn)),
    ]);
    const own = ownTopic?.record.id;
    const isRecent = ({ since }: Topic) => now - since < ENDED_LISTED_MS;
    // A proposer who moved keeps the own topic: it can be taken back, and holds up the next one.
    const elsewhere = ownTopic && !inHome.some(({ record }) => record.id === own) ? [ownTopic] : [];
    const listed = [...elsewhere, ...inHome].filter(
      ({ record }) => record.id === own || (isPublicTopic(record) && (isOpenTopic(record) || isRecent(record))),
    );
    const ordered = listed.toSorted((a, b) => Number(isOpenTopic(b.record)) - Number(isOpenTopic(a.record)));
    const chosen = listed.find(({ record }) => record.id === position.answers.topic);
    const access = chosen && (await loadTopicAccess(store, person, chosen.record.id, now));
    const eligible = chosen && eligibility(person.contact, chosen.record);
    return {
      home: isHome ? home : undefined,
      listed: ordered.slice(0, LISTED_MAX),
      own,
      chosen,
      access,
      card: await loadCard(store, chosen?.record),
      reads: reads !== null,
      wanted: position.answers.topic,
      mayVote: eligible === 'yes',
      tooNew: eligible === 'too_new',
    };
  },
  facts: (city: City, _person, loaded): TopicsFacts => ({ ...city, ...loaded }),
  opens: (argument) => (argument === 'all' ? {} : { topic: argument }),
  closed: ({ home, wanted, chosen }) => {
    if (home === undefined) return NO_HOME;
    const isTopic = typeof wanted === 'string' && wanted.startsWith('topic_');
    return isTopic && !chosen ? { key: 'flows/topics:elsewhere' } : undefined;
  },
  finish: ({ topic, next }, { store, person, facts, now }) => {
    if (topic === 'digest_on' || topic === 'digest_off') return switchDigest(topic, store, person, now);
    const { chosen, own } = facts;
    if (!chosen || (next !== 'withdraw' && next !== 'appeal')) return noChange('topics_seen', { key: 'common:closed' });
    const isProposer = own === chosen.record.id;
    const step =
      next === 'withdraw' ? withdrawTopic(chosen.record, isProposer, now) : appealTopic(chosen.record, isProposer, now);
    const buttons = [topicButton(chosen.record.id)];
    if (step.type === 'refused')
      return noChange(`topic_refused:${step.why}`, { key: `flows/topics:refused.${step.why}`, buttons });
    const { checks, writes } = keepTopic(store, step.topic, chosen);
    return {
      outcome: next === 'withdraw' ? 'topic_withdrawn' : 'topic_appealed',
      checks,
      writes: [...writes, ...(next === 'appeal' ? [queueTopicNews(store, chosen.record.id, 'appealed', now)] : [])],
      says: [{ key: `flows/topics:done.${next}`, ...(next === 'appeal' ? { buttons } : {}) }],
    };
  },
});

const WEEK_MS = 7 * DAY_MS;

function switchDigest(to: 'digest_on' | 'digest_off', { keys }: Store, person: Urn, now: number) {
  return {
    outcome: `topics_${to}`,
    checks: [],
    writes:
      to === 'digest_on'
        ? [['ZADD', keys.topicReaders, now + WEEK_MS, person] as const]
        : [['ZREM', keys.topicReaders, person] as const, ['HDEL', keys.topicCards, person] as const],
    says: [{ key: `flows/topics:done.${to}` }] as const,
  };
}

/** Loads what a topic's card shows. Objections are shown rounded, from ten on. */
export async function loadCard(store: Store, topic: Topic | undefined): Promise<CardFacts> {
  if (!topic) return { results: {}, objections: undefined };
  const { promise } = topic;
  const [results, parts, work] = await Promise.all([
    loadTopicResults(store, topic.id),
    promise ? orStoreAway(store.redis.hvals(store.keys.topicTookPart(topic.id))) : [],
    promise && promise.verdict === undefined ? loadWork(store, promise) : [],
  ]);
  return { results, objections: roundedCount(parts.filter((one) => one === 'no').length), work };
}
