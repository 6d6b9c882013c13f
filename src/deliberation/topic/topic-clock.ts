import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import { loadContactPage } from '../../people/contact-page.ts';
import type { Write } from '../../store/commit.ts';
import { forgetHistory } from '../../store/records/forget-history.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { countDiscussion, countSeconds, countSounding, notesOf } from '../ballot/count-votes.ts';
import { hasHouseCodes } from '../ballot/house-code.ts';
import type { TopicResults } from '../ballot/results.ts';
import { keepTopicResults, loadTopicResults } from '../ballot/results.ts';
import { loadTopicBallots } from '../ballot/topic-ballot.ts';
import { dropRoundKey, loadTopicSecrets, newTopicSecrets, nextRoundKey } from '../ballot/topic-secrets.ts';
import { stateOfPromise } from '../promise/promise.ts';
import { loadWork } from '../promise/work.ts';
import { loadStatements } from '../statement/statement.ts';
import type { Topic } from './topic.ts';
import { isOpenTopic } from './topic.ts';
import type { TopicStep } from './topic-life.ts';
import {
  closeRound,
  endDecision,
  endDiscussion,
  endSeconding,
  lapseTopic,
  openSeconding,
  reviewTopic,
  TOPIC_DAYS,
} from './topic-life.ts';
import { checkNoneLeft, keepTopic, loadProposer, queueTopicNews } from './topic-store.ts';

/** Promises are compared with their work this often, ms. */
const LOOK_EVERY_MS = HOUR_MS;

/** Returns the next step of a due topic; undefined if it must be tried again later. */
export async function advanceTopic(store: Store, kept: Kept<Topic>, now: number): Promise<Change | undefined> {
  const { record: topic } = kept;
  const done = (step: TopicStep, ...writes: readonly Write[]): Change | undefined =>
    step.type === 'done' ? withWrites(keepTopic(store, step.topic, kept), writes) : later(store, topic.id, undefined);
  const news = (event: string) => queueTopicNews(store, topic.id, event, now);
  if (topic.rewriting) {
    // Deleted votes stay in the store's file until it is rewritten.
    if (!(await forgetHistory(store))) return undefined;
    const { rewriting: _done, ...rest } = topic;
    return withWrites(keepTopic(store, rest, kept), [news(topic.state)]);
  }
  if (topic.closing) return countRound(store, kept, now);
  if (!isOpenTopic(topic)) return forgetParticipants(store, kept);
  switch (topic.state) {
    case 'proposed':
      return withWrites(keepTopic(store, { ...topic, late: true }, kept), [news('late')]);
    case 'moderated': {
      const [members, coded] = await Promise.all([
        countMembers(store, topic.region),
        hasHouseCodes(store, topic.region, now),
      ]);
      const step = openSeconding(topic, members, coded, now);
      return done(step, newTopicSecrets(store, topic.id), news('seconding'));
    }
    case 'seconding': {
      const isOver = now >= topic.until || (await countNow(store, topic)) >= (topic.needed ?? 0);
      return isOver ? done(closeRound(topic)) : later(store, topic.id, topic.until);
    }
    case 'discussing':
    case 'deciding':
      return done(closeRound(topic));
    case 'decided':
      return done(lapseTopic(topic, now), news('lapsed'));
    case 'promised':
      return lookAtPromise(store, kept, now);
    default:
      return later(store, topic.id, undefined);
  }
}

function withWrites({ checks, writes }: Change, more: readonly Write[]): Change {
  return { checks, writes: [...writes, ...more] };
}

/** Sets the time of the next look (ms); undefined: none. */
function later({ keys }: Store, id: string, at: number | undefined): Change {
  return {
    checks: [],
    writes: [at === undefined ? ['ZREM', keys.topicsClock, id] : ['ZADD', keys.topicsClock, at, id]],
  };
}

/** People whose home is the community. */
async function countMembers(store: Store, region: string): Promise<number> {
  let members = 0;
  for (let page = await loadContactPage(store, undefined); ; page = await loadContactPage(store, page.urns.at(-1))) {
    if (page.urns.length === 0) return members;
    members += page.contacts.filter(({ contact }) => contact?.home === region).length;
  }
}

async function countNow(store: Store, topic: Topic): Promise<number> {
  const secrets = await loadTopicSecrets(store, topic.id);
  return secrets ? countSeconds(await loadTopicBallots(store, topic.id, secrets.key), topic.coded === true) : 0;
}

/** Counts a closed round. One commit keeps the results, and deletes the votes and their key. */
async function countRound(store: Store, kept: Kept<Topic>, now: number): Promise<Change | undefined> {
  const { record: topic } = kept;
  const { keys } = store;
  const { id } = topic;
  const noneLeft = await checkNoneLeft(store, id);
  const [secrets, before] = await Promise.all([loadTopicSecrets(store, id), loadTopicResults(store, id)]);
  if (!secrets) return undefined;
  const ballots = await loadTopicBallots(store, id, secrets.key);
  const coded = topic.coded === true;
  let step: TopicStep;
  let results: TopicResults;
  switch (topic.state) {
    case 'seconding':
      step = endSeconding(topic, countSeconds(ballots, coded), now);
      results = { ...before, seconding: { notes: notesOf(ballots, (question) => question === 'second') } };
      break;
    case 'discussing':
      step = endDiscussion(topic, now);
      results = { ...before, discussion: countDiscussion(ballots, await loadStatements(store, id)) };
      break;
    default:
      step = endDecision(topic, now);
      results = { ...before, sounding: countSounding(ballots, coded) };
  }
  if (step.type === 'refused') return undefined;
  const goesOn = step.topic.state === 'discussing' || step.topic.state === 'deciding';
  const { checks, writes } = keepTopic(store, step.topic, kept);
  return {
    checks: [...checks, noneLeft, { key: keys.topic(id), field: 'state', is: 'closing' }],
    writes: [
      ...writes,
      keepTopicResults(store, id, results),
      ['DEL', keys.topicBallots(id)],
      ['DEL', keys.topicCodes(id)],
      goesOn ? nextRoundKey(store, id) : dropRoundKey(store, id),
    ],
  };
}

/** Settles a promise whose work tells how it ended, and ends the review after its time. */
async function lookAtPromise(store: Store, kept: Kept<Topic>, now: number): Promise<Change> {
  const { record: topic } = kept;
  const { promise } = topic;
  if (!promise) return later(store, topic.id, undefined);
  if (promise.verdict !== undefined) {
    const step = reviewTopic(topic, now);
    return step.type === 'done' && now >= topic.until
      ? withWrites(keepTopic(store, step.topic, kept), [])
      : later(store, topic.id, topic.until);
  }
  const state = stateOfPromise(promise, await loadWork(store, promise), now);
  if (state.type === 'settled') {
    const { awaitsProof: _over, ...rest } = promise;
    const until = now + TOPIC_DAYS.review * DAY_MS;
    const after: Topic = { ...topic, until, promise: { ...rest, verdict: state.verdict, settledAt: state.settledAt } };
    return withWrites(keepTopic(store, after, kept, until), [
      queueTopicNews(store, topic.id, `promise_${state.verdict}`, now),
    ]);
  }
  const isDone = state.type === 'done';
  const isOverdue = !isDone && now >= promise.due && topic.late === undefined;
  const next = !isDone && now < promise.due ? Math.min(now + LOOK_EVERY_MS, promise.due) : now + LOOK_EVERY_MS;
  if (isDone === (promise.awaitsProof === true) && !isOverdue) return later(store, topic.id, next);
  // Work that is open again awaits no proof.
  const { awaitsProof: _before, ...open } = promise;
  const after: Topic = {
    ...topic,
    ...(isOverdue ? { late: true } : {}),
    promise: isDone ? { ...promise, awaitsProof: true } : open,
  };
  const news = [...(isDone ? ['promise_done'] : []), ...(isOverdue ? ['promise_due'] : [])];
  return withWrites(
    keepTopic(store, after, kept, next),
    news.map((event) => queueTopicNews(store, topic.id, event, now)),
  );
}

/** Deletes what an ended topic still holds about people: its proposer, who took part, and its keys. */
async function forgetParticipants(store: Store, { record: { id } }: Kept<Topic>): Promise<Change> {
  const { keys } = store;
  const proposer = await loadProposer(store, id);
  const own = proposer && (await orStoreAway(store.redis.hget(keys.topicOf(proposer), 'topic')));
  return {
    checks: own === id && proposer ? [{ key: keys.topicOf(proposer), field: 'topic', is: id }] : [],
    writes: [
      ['ZREM', keys.topicsClock, id],
      ...(own === id && proposer ? [['DEL', keys.topicOf(proposer)] as const] : []),
      ...[
        keys.topicProposer(id),
        keys.topicTookPart(id),
        keys.topicSecrets(id),
        keys.topicBallots(id),
        keys.topicCodes(id),
        keys.topicStatements(id),
        keys.topicShown(id),
      ].map((key) => ['DEL', key] as const),
    ],
  };
}
