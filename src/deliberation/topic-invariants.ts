import type { Keys } from '../store/keys.ts';
import type { RecordKind } from '../store/records/record-lists.ts';
import type { Store } from '../store/store.ts';
import { openBallot } from '../surveys/ballot/ballot.ts';
import type { TopicResults } from './ballot/results.ts';
import type { TopicBallot } from './ballot/topic-ballot.ts';
import type { Topic } from './topic/topic.ts';
import { isOpenTopic } from './topic/topic.ts';
import { nextStepAt } from './topic/topic-store.ts';

/** States in which votes are taken. */
const VOTING: readonly Topic['state'][] = ['seconding', 'discussing', 'deciding'];
/** States that only enough seconds lead to. */
const SECONDED: readonly Topic['state'][] = ['discussing', 'deciding', 'decided', 'promised', 'reviewed'];

/** A topic has its counts, and holds votes only while a round runs; an ended one holds nothing of those who took part. */
export function topicKind(keys: Keys): RecordKind<Topic> {
  return {
    prefix: 'topic',
    keyOf: keys.topic,
    lists: [keys.topics, keys.topicsOpen, keys.topicsPromised, keys.topicsIn('*'), keys.topicsClock, keys.topicsNews],
    inLists: (topic) => ownLists(keys, topic).map((list) => ({ list, member: topic.id })),
    mayBeIn: (topic, list) =>
      ownLists(keys, topic).includes(list) || list === keys.topicsClock || list === keys.topicsNews,
    reads: ({ id }) => ({
      state: ['hget', keys.topic(id), 'state'],
      clock: ['zscore', keys.topicsClock, id],
      secrets: ['hget', keys.topicSecrets(id), 'key'],
      ballots: ['hgetall', keys.topicBallots(id)],
      codes: ['hvals', keys.topicCodes(id)],
      results: ['get', keys.topicResults(id)],
      statements: ['hkeys', keys.topicStatements(id)],
      shown: ['hkeys', keys.topicShown(id)],
      persons: [
        'exists',
        ...[
          keys.topicSecrets(id),
          keys.topicTookPart(id),
          keys.topicProposer(id),
          keys.topicBallots(id),
          keys.topicCodes(id),
        ],
      ],
    }),
    faults: (topic, answers, store) => [...stateFaults(topic, answers), ...voteFaults(topic, answers, store)],
  };
}

function ownLists(keys: Keys, topic: Topic): readonly string[] {
  return [
    keys.topics,
    keys.topicsIn(topic.region),
    ...(isOpenTopic(topic) ? [keys.topicsOpen] : []),
    ...(topic.promise ? [keys.topicsPromised] : []),
  ];
}

type Answers = Readonly<Record<string, unknown>>;

function stateFaults(topic: Topic, { state, clock, persons, results }: Answers): readonly string[] {
  const { seconds, needed = 0, promise } = topic;
  const counted = JSON.parse(String(results ?? '{}')) as TopicResults; // written by keepTopicResults
  return [
    ...(state === (topic.closing ? 'closing' : topic.state) ? [] : ['the state field differs from the record']),
    ...(isOpenTopic(topic) && clock === null && nextStepAt(topic) !== undefined ? ['its clock stands still'] : []),
    ...(!isOpenTopic(topic) && clock === null && Number(persons) > 0
      ? ['has ended, but still holds keys, votes or marks of people']
      : []),
    ...(SECONDED.includes(topic.state) && (seconds === undefined || seconds < needed)
      ? [`is ${topic.state} with ${seconds ?? 'no'} seconds of ${needed}`]
      : []),
    ...((topic.state === 'decided' || topic.state === 'promised') && counted.discussion === undefined
      ? [`is ${topic.state}, but its discussion was not counted`]
      : []),
    ...(topic.state === 'promised' && promise === undefined ? ['is promised, but holds no promise'] : []),
    ...(promise && (promise.verdict === undefined) !== (promise.settledAt === undefined)
      ? ['a verdict on a promise needs its time']
      : []),
  ];
}

function voteFaults(
  { id, state }: Topic,
  { secrets, ballots, codes, statements, shown }: Answers,
  { unseal }: Store,
): readonly string[] {
  const votes = Object.entries(pairsOf(ballots));
  const key = typeof secrets === 'string' && secrets !== '' ? unseal(secrets, `${id} key`) : undefined;
  const known = new Set(statements as readonly string[]);
  const sealed = key === undefined ? [] : votes.filter(([name, text]) => !openBallot<TopicBallot>(key, name, text));
  return [
    ...(votes.length > 0 && !VOTING.includes(state) ? [`is ${state}, but still has ${votes.length} votes`] : []),
    ...(VOTING.includes(state) && key === undefined ? ['takes votes, but its key is missing'] : []),
    ...(sealed.length > 0 ? [`${sealed.length} votes do not open with its key`] : []),
    ...((codes as readonly string[]).every((name) => votes.some(([vote]) => vote === name))
      ? []
      : ['a household code is spent on votes that do not exist']),
    ...((shown as readonly string[]).every((one) => known.has(one))
      ? []
      : ['counts views of a statement that does not exist']),
  ];
}

/** A hash as a transaction gives it: an object, or names and values in turn. */
function pairsOf(found: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(found)) return (found ?? {}) as Readonly<Record<string, string>>;
  return Object.fromEntries(found.flatMap((name, i) => (i % 2 === 0 ? [[name, found[i + 1]]] : [])));
}
