import { DAY_MS, HOUR_MS, limitEnd } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import { officeOf } from '../../city/unit.ts';
import { countDiscussion } from '../../deliberation/ballot/count-votes.ts';
import { keepTopicResults } from '../../deliberation/ballot/results.ts';
import type { TopicBallot } from '../../deliberation/ballot/topic-ballot.ts';
import { keepTopicBallot } from '../../deliberation/ballot/topic-ballot.ts';
import { keepTopicSecrets } from '../../deliberation/ballot/topic-secrets.ts';
import type { TopicPromise } from '../../deliberation/promise/promise.ts';
import { stateOfPromise } from '../../deliberation/promise/promise.ts';
import { workOfCase } from '../../deliberation/promise/work.ts';
import type { Statement } from '../../deliberation/statement/statement.ts';
import { keepStatement } from '../../deliberation/statement/statement.ts';
import type { Topic } from '../../deliberation/topic/topic.ts';
import { keepTopic } from '../../deliberation/topic/topic-store.ts';
import type { Random } from '../../random.ts';
import { randomFrom } from '../../random.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { newWaveKey, nullifierOf } from '../../surveys/ballot/ballot.ts';
import type { PromisedWork } from './promised-work.ts';
import said from './topics.json' with { type: 'json' };

/** The community of the phones' default place. */
export const COMMUNITY = '990101001001';
const VOTERS = 130;
/** Fewer than a map of opinions needs. */
const FEW_VOTERS = 36;
const SLOT_MS = 15 * 60_000;

/** A statement with the share of owners and of tenants who agree. */
type Said = { readonly id: string; readonly words: string; readonly owners: number; readonly tenants: number };

/** The community of the estate that cures its gaps. */
export const COURT_COMMUNITY = '990101001002';

/**
 * Topics of the demo: one to moderate, one under discussion, and three promises. One is late while its case is open, one was
 * kept by a case that a grid worker had checked, one waits for a gap of an estate in 创建.
 */
export function* topicWrites(store: Store, now: number, work: PromisedWork): Generator<Write> {
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const random = randomFrom(20261129);
  const ago = (days: number) => hour - days * DAY_MS;
  const base = { kind: 'sounding', region: COMMUNITY, whom: 'property' } as const;
  const proposedAt = hour - 2 * HOUR_MS;
  yield* write(store, {
    ...base,
    id: 'topic_demo0001',
    state: 'proposed',
    words: said.words.mirror,
    proposedAt,
    since: proposedAt,
    until: limitEnd(proposedAt, '1wd'),
  });
  yield* discussed(store, random, ago(3));
  yield* promised(store, random, { since: ago(60), due: ago(5), work });
  const { manhole, round, project } = work;
  yield* write(store, {
    ...base,
    id: 'topic_demo0005',
    state: 'promised',
    region: COURT_COMMUNITY,
    words: said.words.signs,
    proposedAt: ago(52),
    since: ago(8),
    until: ago(-12),
    needed: 5,
    seconds: 9,
    promise: {
      unit: officeOf('990101001000'),
      measure: said.measures.signs,
      due: ago(-12),
      by: 'demo',
      at: ago(8),
      cases: [],
      tasks: [round.id],
      ...(project ? { projects: [project] } : {}),
    },
  });
  const signs = countDiscussion(ballotsOf(said.signs, ago(30), random, FEW_VOTERS), statementsOf(said.signs, ago(30)));
  yield keepTopicResults(store, 'topic_demo0005', { discussion: signs });
  const manholes: TopicPromise = {
    unit: officeOf('990101001000'),
    measure: said.measures.manhole,
    due: ago(40),
    by: 'demo',
    at: ago(75),
    cases: [manhole.id],
  };
  const state = stateOfPromise(manholes, [workOfCase(manhole, work.checkers, manholes)], now);
  if (state.type !== 'settled') throw new Error(`The demo's kept promise is ${state.type}.`);
  yield* write(store, {
    ...base,
    id: 'topic_demo0004',
    state: 'reviewed',
    words: said.words.manhole,
    proposedAt: ago(110),
    since: ago(20),
    until: ago(20),
    needed: 5,
    seconds: 14,
    promise: { ...manholes, verdict: state.verdict, settledAt: state.settledAt },
  });
}

function write(store: Store, topic: Topic): readonly Write[] {
  return keepTopic(store, topic).writes;
}

function* discussed(store: Store, random: Random, since: number): Generator<Write> {
  const id = 'topic_demo0002';
  yield* write(store, {
    id,
    kind: 'sounding',
    state: 'discussing',
    region: COMMUNITY,
    words: said.words.piles,
    whom: 'property',
    proposedAt: since - 12 * DAY_MS,
    since,
    until: since + 10 * DAY_MS,
    needed: 5,
    seconds: 23,
  });
  const secrets = { key: newWaveKey(), part: newWaveKey() };
  yield keepTopicSecrets(store, id, secrets);
  for (const statement of statementsOf(said.piles, since)) yield keepStatement(store, id, statement);
  for (const [i, ballot] of ballotsOf(said.piles, since, random).entries()) {
    const nullifier = nullifierOf(secrets.key, `demo:${i + 1}` satisfies Urn);
    yield keepTopicBallot(store, id, { key: secrets.key, nullifier }, ballot);
  }
  for (const one of said.piles) yield ['HSET', store.keys.topicShown(id), one.id, String(VOTERS)];
}

type Promised = { readonly since: number; readonly due: number; readonly work: PromisedWork };

function* promised(store: Store, random: Random, { since, due, work }: Promised): Generator<Write> {
  const id = 'topic_demo0003';
  yield* write(store, {
    id,
    kind: 'sounding',
    state: 'promised',
    region: COMMUNITY,
    words: said.words.lights,
    whom: 'committee',
    proposedAt: since - 30 * DAY_MS,
    since,
    until: due,
    needed: 5,
    seconds: 31,
    // Leads were told of the date.
    late: true,
    promise: {
      unit: officeOf('990101001000'),
      measure: said.measures.lights,
      due,
      by: 'demo',
      at: since,
      cases: [work.lights.id],
    },
  });
  const discussion = countDiscussion(
    ballotsOf(said.lights, since - 20 * DAY_MS, random),
    statementsOf(said.lights, since),
  );
  yield keepTopicResults(store, id, { discussion });
}

function statementsOf(all: readonly Said[], at: number): readonly Statement[] {
  return all.map(({ id, words }, i) => ({ id: id as Statement['id'], words, state: 'shown', at: at + i }));
}

/** Votes of owners and tenants in turn, spread over three days. */
function ballotsOf(all: readonly Said[], from: number, random: Random, voters = VOTERS): readonly TopicBallot[] {
  return Array.from({ length: voters }, (_, i): TopicBallot => {
    const isOwner = i % 2 === 0;
    const opinions = all.map(({ id, owners, tenants }) => {
      const agrees = random() < (isOwner ? owners : tenants);
      return [id, random() < 0.05 ? 'pass' : agrees ? 'agree' : 'disagree'] as const;
    });
    const told = { tenure: isOwner ? 'owner' : 'tenant', age: ['young', 'middle', 'old'][i % 3] ?? 'old' };
    const at = from + Math.floor(random() * 3 * DAY_MS);
    return { answers: { ...told, ...Object.fromEntries(opinions) }, slot: Math.floor(at / SLOT_MS) };
  });
}
