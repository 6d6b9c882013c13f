import type { Urn } from '../../channels/channel.ts';
import type { Move, MovePast } from '../../people/link/move-past.ts';
import type { Write } from '../../store/commit.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { nullifierOf } from '../../surveys/ballot/ballot.ts';
import { keepProposer, loadOpenTopics, loadOwnTopic } from '../topic/topic-store.ts';
import type { TopicBallot } from './topic-ballot.ts';
import { DECLARED_NAMES, keepTopicBallot, loadTopicBallot } from './topic-ballot.ts';
import { loadTopicSecrets } from './topic-secrets.ts';

/** Moves a person's votes, marks, proposal and digest. Two ballots become one; on a question of both, the vote at `to` counts. */
export const moveVotes: MovePast = async (store, move) => {
  const topics = await loadOpenTopics(store);
  const votes = await Promise.all(topics.map(({ record: { id } }) => moveIn(store, id, move)));
  return joinChanges([...votes, await moveTies(store, move)]);
};

async function moveIn(store: Store, id: string, { from, to }: Move): Promise<Change> {
  const { redis, keys } = store;
  const secrets = await loadTopicSecrets(store, id);
  if (!secrets) return { checks: [], writes: [] };
  const { key, part } = secrets;
  const marks = [from, to].map((urn) => nullifierOf(part, urn));
  const [was = '', becomes = ''] = marks;
  const [said, own] = await orStoreAway(redis.hmget(keys.topicTookPart(id), was, becomes));
  const tookPart: readonly Write[] =
    said === null || said === undefined
      ? []
      : [
          ['HDEL', keys.topicTookPart(id), was],
          ['HSET', keys.topicTookPart(id), becomes, said || (own ?? '')],
        ];
  return {
    checks: [],
    // A count that runs now conflicts on this number and starts again.
    writes: [['HINCRBY', keys.topic(id), 'left', 1], ...tookPart, ...(await moveBallot(store, id, key, { from, to }))],
  };
}

async function moveBallot(
  store: Store,
  id: string,
  key: string,
  { from, to }: { readonly from: Urn; readonly to: Urn },
): Promise<readonly Write[]> {
  if (key === '') return [];
  const { redis, keys } = store;
  const [was, becomes] = [nullifierOf(key, from), nullifierOf(key, to)];
  const [moved, own, codes] = await Promise.all([
    loadTopicBallot(store, id, key, was),
    loadTopicBallot(store, id, key, becomes),
    orStoreAway(redis.hgetall(keys.topicCodes(id))),
  ]);
  if (!moved) return [];
  const stays = own && hasVotes(own) ? own : moved;
  const ballot = own ? joinBallots(stays, stays === own ? moved : own) : moved;
  // A code that was spent on the other ballot is free again.
  const spent = Object.entries(codes).flatMap(([mark, on]): readonly Write[] => {
    if (on !== was) return [];
    return stays === own ? [['HDEL', keys.topicCodes(id), mark]] : [['HSET', keys.topicCodes(id), mark, becomes]];
  });
  return [
    ['HDEL', keys.topicBallots(id), was],
    keepTopicBallot(store, id, { key, nullifier: becomes }, ballot),
    ...spent,
  ];
}

/** False for a ballot that holds only what the person told of themselves. */
function hasVotes({ answers }: TopicBallot): boolean {
  return Object.keys(answers).some((question) => !DECLARED_NAMES.some((name) => name === question));
}

/** The ballot that stays, with the answers that only the other one has. Statements of both places count together. */
function joinBallots(stays: TopicBallot, other: TopicBallot): TopicBallot {
  const said = (stays.said ?? 0) + (other.said ?? 0);
  return { ...stays, answers: { ...other.answers, ...stays.answers }, ...(said > 0 ? { said } : {}) };
}

async function moveTies(store: Store, { from, to }: Move): Promise<Change> {
  const { redis, keys } = store;
  const [moved, own, digestAt, ownDigest] = await Promise.all([
    loadOwnTopic(store, from),
    loadOwnTopic(store, to),
    orStoreAway(redis.zscore(keys.topicReaders, from)),
    orStoreAway(redis.zscore(keys.topicReaders, to)),
  ]);
  const tie = moved ? keepProposer(store, moved.record.id, to) : [];
  return {
    checks: [],
    writes: [
      ['DEL', keys.topicOf(from)],
      // News of both proposals goes to the person; the list shows that at `to`.
      ...tie.filter(([, key]) => key !== keys.topicOf(to) || !own),
      ['ZREM', keys.topicReaders, from],
      ['HDEL', keys.topicCards, from],
      ...(digestAt !== null && ownDigest === null ? [['ZADD', keys.topicReaders, Number(digestAt), to] as const] : []),
    ],
  };
}
