import type { Job } from '../../background/job.ts';
import { removalJob } from '../../background/removal-job.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import type { Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { nullifierOf } from '../../surveys/ballot/ballot.ts';
import type { Topic } from '../topic/topic.ts';
import { withdrawTopic } from '../topic/topic-life.ts';
import { keepTopic, loadOpenTopics, loadOwnTopic } from '../topic/topic-store.ts';
import { loadTopicSecrets } from './topic-secrets.ts';

/** Removes forgotten people from topics: open votes, marks, and the tie to what they proposed. */
export function removeVotersJob(store: Store, log: Log): Job {
  return removalJob(store, log, {
    name: 'remove-topic-voters',
    every: 500,
    batch: 20,
    queue: store.keys.topicsLeaving,
    op: 'topic-leave',
    audit: 'topics_left',
    remove: (urn, now) => removeVoter(store, urn, now),
  });
}

async function removeVoter(store: Store, urn: Urn, now: number): Promise<Change> {
  const topics = await loadOpenTopics(store);
  const votes = await Promise.all(topics.map((kept) => votesOf(store, kept, urn)));
  return joinChanges([{ checks: [], writes: votes.flat() }, await untie(store, urn, now)]);
}

/** Votes that are counted already stay: they have no link to a person. */
async function votesOf(store: Store, { record: { id } }: Kept<Topic>, urn: Urn): Promise<readonly Write[]> {
  const { keys } = store;
  const secrets = await loadTopicSecrets(store, id);
  if (!secrets) return [];
  return [
    ['HDEL', keys.topicTookPart(id), nullifierOf(secrets.part, urn)],
    ...(secrets.key === '' ? [] : await ballotOf(store, id, nullifierOf(secrets.key, urn))),
    // A count that runs now conflicts on this number and starts again without the person.
    ['HINCRBY', keys.topic(id), 'left', 1],
  ];
}

/** Deletes a ballot. The code that was spent on it is free again for the household. */
async function ballotOf({ redis, keys }: Store, id: string, nullifier: string): Promise<readonly Write[]> {
  const codes = Object.entries(await orStoreAway(redis.hgetall(keys.topicCodes(id))));
  return [
    ['HDEL', keys.topicBallots(id), nullifier],
    ...codes.flatMap(([mark, on]) => (on === nullifier ? [['HDEL', keys.topicCodes(id), mark] as const] : [])),
  ];
}

/** A proposal that no moderator has read is withdrawn; an accepted one belongs to those who seconded it. */
async function untie(store: Store, urn: Urn, now: number): Promise<Change> {
  const { keys } = store;
  const own = await loadOwnTopic(store, urn);
  const tie: readonly Write[] = [
    ['DEL', keys.topicOf(urn)],
    ...(own ? [['DEL', keys.topicProposer(own.record.id)] as const] : []),
  ];
  const step = own?.record.state === 'proposed' ? withdrawTopic(own.record, true, now) : undefined;
  const change = own && step?.type === 'done' ? keepTopic(store, step.topic, own) : { checks: [], writes: [] };
  return { checks: change.checks, writes: [...change.writes, ...tie] };
}
