import type { Write } from '../../store/commit.ts';
import { scanHash } from '../../store/records/scan-hash.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { openBallot, sealBallot } from '../../surveys/ballot/ballot.ts';

/** The votes of one person in one round of a topic, sealed as the ballots of surveys. It holds no address. */
export type TopicBallot = {
  /** `second: yes`; opinions by statement; `choice` of the sounding ballot; `tenure`, `age` and `building` as told. */
  readonly answers: Readonly<Record<string, string>>;
  /** The household code as typed, before it is checked. */
  readonly typed?: string;
  /** The vote was given with a household code of the community. */
  readonly coded?: true;
  /** The number of statements that this person wrote in the round. */
  readonly said?: number;
  /** The quarter of an hour of the last vote, since the epoch. */
  readonly slot?: number;
};

/** Answers of the sounding ballot: 赞成 反对 都可以. */
export const CHOICES = ['for', 'against', 'either'] as const;
export type Choice = (typeof CHOICES)[number];

/** What residents may tell of themselves, for agreement by groups; `untold` keeps it open. */
export const DECLARED = {
  tenure: ['owner', 'tenant'],
  age: ['young', 'middle', 'old'],
} as const;
/** The number of a building (几号楼) is told too; a community has too many for a list. */
export const DECLARED_NAMES = ['tenure', 'age', 'building'] as const;
export type Declared = (typeof DECLARED_NAMES)[number];
export const UNTOLD = 'untold';

/** Loads one person's votes of this round; undefined if there are none. */
export async function loadTopicBallot(
  { redis, keys }: Store,
  topic: string,
  key: string,
  nullifier: string,
): Promise<TopicBallot | undefined> {
  const sealed = await orStoreAway(redis.hget(keys.topicBallots(topic), nullifier));
  return sealed ? openBallot<TopicBallot>(key, nullifier, sealed) : undefined;
}

/** Keeps one person's votes, sealed with the key of the round. */
export function keepTopicBallot(
  { keys }: Store,
  topic: string,
  { key, nullifier }: { readonly key: string; readonly nullifier: string },
  ballot: TopicBallot,
): Write {
  return ['HSET', keys.topicBallots(topic), nullifier, sealBallot(key, nullifier, ballot)];
}

/** Opens all votes of a round, without their names. A damaged one is reported and left out. */
export async function loadTopicBallots(store: Store, topic: string, key: string): Promise<readonly TopicBallot[]> {
  const ballots: TopicBallot[] = [];
  for await (const batch of scanHash(store, store.keys.topicBallots(topic)))
    for (const [nullifier, sealed] of batch) {
      const ballot = openBallot<TopicBallot>(key, nullifier, sealed);
      if (ballot) ballots.push(ballot);
      else store.damaged(store.keys.topicBallots(topic));
    }
  return ballots;
}
