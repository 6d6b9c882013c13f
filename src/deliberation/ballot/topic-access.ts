import { MINUTE_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Person } from '../../people/person-store.ts';
import type { AnswerState, FinishContext, PrivateAnswers } from '../../people/talk.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { NO_CHANGE } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { nullifierOf } from '../../surveys/ballot/ballot.ts';
import type { Topic } from '../topic/topic.ts';
import { checkRound, loadTopic } from '../topic/topic-store.ts';
import type { Eligibility } from './eligibility.ts';
import { eligibility } from './eligibility.ts';
import { houseCodeHash, isHouseCode } from './house-code.ts';
import type { TopicBallot } from './topic-ballot.ts';
import { DECLARED_NAMES, keepTopicBallot, loadTopicBallot, UNTOLD } from './topic-ballot.ts';
import { loadTopicSecrets } from './topic-secrets.ts';

/** A quarter of an hour, ms: the finest time that a sealed vote holds. */
const SLOT_MS = 15 * MINUTE_MS;

/** A topic that a person looks at, and the means to read and write their votes of this round. */
export type TopicAccess = {
  readonly topic: Kept<Topic>;
  readonly eligible: Eligibility;
  /** The person's mark among those who took part, and what stands there: undefined, '' or `no`. */
  readonly mark: string;
  readonly tookPart: string | undefined;
  /** Empty outside a round. */
  readonly key: string;
  readonly nullifier: string;
  readonly ballot: TopicBallot | undefined;
  /** The household code of these votes: `good`, `wrong`, or `spent` on those of another person. */
  readonly code: 'none' | 'good' | 'wrong' | 'spent';
  /** The votes on which that code was spent before. */
  readonly spentOn: string | null;
};

/** Loads the access of a person to a topic; undefined for an unknown topic, or one whose rounds have not begun. */
export async function loadTopicAccess(
  store: Store,
  { urn, contact }: Pick<Person, 'urn' | 'contact'>,
  id: unknown,
  now: number,
): Promise<TopicAccess | undefined> {
  const topic = await loadTopic(store, id);
  const secrets = topic && (await loadTopicSecrets(store, topic.record.id));
  if (!topic || !secrets) return undefined;
  const { record } = topic;
  const { key, part } = secrets;
  const mark = nullifierOf(part, urn);
  const nullifier = key === '' ? '' : nullifierOf(key, urn);
  const [tookPart, ballot] = await Promise.all([
    orStoreAway(store.redis.hget(store.keys.topicTookPart(record.id), mark)),
    key === '' ? undefined : loadTopicBallot(store, record.id, key, nullifier),
  ]);
  const spentOn =
    ballot?.typed &&
    (await orStoreAway(store.redis.hget(store.keys.topicCodes(record.id), codeMark(key, ballot.typed))));
  return {
    topic,
    eligible: eligibility(contact, record),
    mark,
    tookPart: tookPart ?? undefined,
    key,
    nullifier,
    ballot,
    code: await codeState(store, { record, nullifier, ballot, spentOn: spentOn || null }, now),
    spentOn: spentOn || null,
  };
}

type Coded = Pick<TopicAccess, 'nullifier' | 'ballot' | 'spentOn'> & { readonly record: Topic };

async function codeState(store: Store, { record, nullifier, ballot, spentOn }: Coded, now: number) {
  if (!ballot?.typed) return 'none';
  if (!(await isHouseCode(store, record.region, ballot.typed, now))) return 'wrong';
  return spentOn === null || spentOn === nullifier ? 'good' : 'spent';
}

/** The mark of a code in this round only. */
function codeMark(key: string, code: string): string {
  return nullifierOf(key, `code:${houseCodeHash(code)}` as Urn); // the name of a code, hashed like a person's
}

/** Facts of every talk that writes votes. */
export type VotingFacts = { readonly access: TopicAccess | undefined };

/** True if the person may vote on the topic in this state now. */
export function isVoting({ access }: VotingFacts, state: Topic['state']): boolean {
  const record = access?.topic.record;
  return record?.state === state && !record.closing && access?.eligible === 'yes' && access.key !== '';
}

/** Seals votes: answers are added, a code is spent, and the person counts as one who took part. */
export function castVotes(
  access: TopicAccess,
  answers: Readonly<Record<string, string>>,
  {
    store,
    now,
    said = access.ballot?.said,
  }: { readonly store: Store; readonly now: number; readonly said?: number | undefined },
): Change {
  const { topic, key, nullifier, ballot, mark, tookPart, code, spentOn } = access;
  const { id } = topic.record;
  const isCoded = code === 'good' && ballot?.typed !== undefined;
  const written: TopicBallot = {
    answers: { ...ballot?.answers, ...answers },
    ...(said === undefined ? {} : { said }),
    ...(isCoded ? { typed: ballot.typed, coded: true } : {}),
    slot: Math.floor(now / SLOT_MS),
  };
  const spent = isCoded ? codeMark(key, ballot.typed ?? '') : undefined;
  return {
    checks: [
      checkRound(store, topic.record),
      // Of two people with one code, the slower one is decided again.
      ...(spent === undefined ? [] : [{ key: store.keys.topicCodes(id), field: spent, is: spentOn ?? '' }]),
    ],
    writes: [
      keepTopicBallot(store, id, { key, nullifier }, written),
      ...(spent === undefined ? [] : [['HSET', store.keys.topicCodes(id), spent, nullifier] as const]),
      ...(tookPart === undefined ? [['HSET', store.keys.topicTookPart(id), mark, ''] as const] : []),
    ],
  };
}

/**
 * Keeps what is typed before a vote apart from the person: the session holds the topic only, the sealed votes hold the rest.
 * `kept` lists the answers that may stay in the session.
 */
export function sealedAnswers<Facts extends VotingFacts>(kept: readonly string[]): PrivateAnswers<Facts> {
  return {
    keeps: kept,
    // What is known already is not asked again; see the relevance of each step.
    read: (): AnswerState => ({ answers: {}, step: '' }),
    write: ({ answers }, finishing) => keepTold(answers, finishing),
    drop: () => NO_CHANGE,
  };
}

function keepTold(
  answers: Readonly<Record<string, unknown>>,
  { store, facts: { access } }: FinishContext<VotingFacts>,
): Change {
  if (!access || access.key === '') return NO_CHANGE;
  const { topic, key, nullifier, ballot } = access;
  const told = DECLARED_NAMES.flatMap((name) =>
    answers[name] === undefined ? [] : [[name, String(answers[name] ?? UNTOLD)] as const],
  );
  const code = answers.code as { readonly text?: string } | null | undefined; // a step of text
  if (told.length === 0 && code === undefined) return NO_CHANGE;
  const written: TopicBallot = {
    ...ballot,
    answers: { ...ballot?.answers, ...Object.fromEntries(told) },
    ...(code === undefined ? {} : { typed: code?.text ?? '' }),
  };
  return {
    checks: [checkRound(store, topic.record)],
    writes: [keepTopicBallot(store, topic.record.id, { key, nullifier }, written)],
  };
}
