import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { OpinionMap } from '../consensus/clusters.ts';
import type { GenuinenessNote } from '../consensus/genuineness.ts';
import type { ShownShare } from '../consensus/shown-share.ts';
import type { Choice } from './topic-ballot.ts';

/** A counted statement. Its share and those of the groups have passed the rules of what may be shown. */
export type CountedStatement = {
  readonly id: string;
  readonly words: string;
  readonly agree: ShownShare;
  /** Agreement of the group that agrees least, unnamed; left out where a group has fewer than ten people. */
  readonly lowest?: ShownShare;
  /** Group-informed consensus, to .05; of all together where groups are too small. */
  readonly consensus: number;
};

/** Results of a discussion, the statements in the order of their consensus. */
export type DiscussionResult = {
  readonly statements: readonly CountedStatement[];
  readonly notes: readonly GenuinenessNote[];
  /** Positions to .1, in random order. Only from a hundred voters on. */
  readonly map?: OpinionMap;
};

/** Shares of the choices in one set of votes. */
export type SoundingShares = Readonly<Record<Choice, ShownShare>>;

/** Results of a sounding ballot. */
export type SoundingResult = {
  readonly all: SoundingShares;
  /** With and without a household code; left out where either has fewer than ten votes. */
  readonly coded?: { readonly with: SoundingShares; readonly without: SoundingShares };
  /** The side with more votes; `few` below ten, where nothing is shown. With codes handed out, votes with a code decide. */
  readonly outcome: 'for' | 'against' | 'even' | 'few';
  readonly notes: readonly GenuinenessNote[];
};

export type TopicResults = {
  /** Signs that seconds were organised. */
  readonly seconding?: { readonly notes: readonly GenuinenessNote[] };
  readonly discussion?: DiscussionResult;
  readonly sounding?: SoundingResult;
};

/** Loads the counted results of a topic. */
export async function loadTopicResults({ redis, keys }: Store, id: string): Promise<TopicResults> {
  const text = await orStoreAway(redis.get(keys.topicResults(id)));
  return text ? (JSON.parse(text) as TopicResults) : {}; // written by keepTopicResults
}

/** Keeps counted results. */
export function keepTopicResults({ keys }: Store, id: string, results: TopicResults): Write {
  return ['SET', keys.topicResults(id), JSON.stringify(results)];
}
