import type { Job } from '../../background/job.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import type { TopicBallot } from '../../deliberation/ballot/topic-ballot.ts';
import { keepTopicBallot } from '../../deliberation/ballot/topic-ballot.ts';
import { loadTopicSecrets } from '../../deliberation/ballot/topic-secrets.ts';
import { keepStatement, loadStatements } from '../../deliberation/statement/statement.ts';
import type { Topic } from '../../deliberation/topic/topic.ts';
import { checkRound, loadOpenTopics, queueTopicNews } from '../../deliberation/topic/topic-store.ts';
import type { Random } from '../../random.ts';
import { randomFrom } from '../../random.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { nullifierOf } from '../../surveys/ballot/ballot.ts';
import { hashOf } from '../../surveys/wave/draw.ts';
import said from './topics.json' with { type: 'json' };

/** Made-up neighbours of each round: those who second, and those who listen and vote. */
const [SECONDS, VOTERS] = [8, 40] as const;
/** Time after which they have heard of a round. */
const HEARD_MS = { seconding: HOUR_MS, discussing: 2 * DAY_MS, deciding: DAY_MS } as const;
/** Share of them who agree with a statement, or want what is voted on. */
const AGREES = 0.7;
const SLOT_MS = 15 * MINUTE_MS;

/** Made-up neighbours second, listen and vote, so that a topic of the demo's phones goes its whole way. */
export function topicResidentsJob(store: Store): Job {
  return {
    name: 'demo-topic-residents',
    every: MINUTE_MS,
    runsIn: 'one_process',
    run: async (now) => {
      let joined = 0;
      for (const { record } of await loadOpenTopics(store))
        if ((await say(store, record, now)) || (await join(store, record, now))) joined += 1;
      return { joined };
    },
  };
}

/** True if neighbours joined the present round of a topic. */
async function join(store: Store, topic: Topic, now: number): Promise<boolean> {
  const { id, state, since, kind, closing, rewriting } = topic;
  if (state !== 'seconding' && state !== 'discussing' && (state !== 'deciding' || kind !== 'sounding')) return false;
  if (closing || rewriting || now - since < HEARD_MS[state]) return false;
  const wanted = state === 'seconding' ? SECONDS : VOTERS;
  const [secrets, there] = await Promise.all([
    loadTopicSecrets(store, id),
    orStoreAway(store.redis.hlen(store.keys.topicBallots(id))),
  ]);
  if (!secrets || there >= wanted) return false;
  const answersOf = await answersIn(store, topic);
  if (!answersOf) return false;
  const random = randomFrom(Number.parseInt(hashOf(`${id} ${state}`).slice(0, 8), 16));
  const writes = Array.from({ length: wanted - there }, (_, n) => {
    const nullifier = nullifierOf(secrets.key, `demo:${n + 1}`);
    const slot = Math.floor((since + random() * (now - since)) / SLOT_MS);
    return keepTopicBallot(store, id, { key: secrets.key, nullifier }, { answers: answersOf(n, random), slot });
  });
  const op = `topic-residents:${id}:${state}:${there}`;
  await commitAsSystem(store, { op, what: 'topic_joined', checks: [checkRound(store, topic)], writes }, now);
  return true;
}

type AnswersOf = (n: number, random: Random) => TopicBallot['answers'];

/** Adds two statements of neighbours to a discussion without any; they wait for the moderator. True if added. */
async function say(store: Store, topic: Topic, now: number): Promise<boolean> {
  const { id, state, since, closing, rewriting } = topic;
  if (state !== 'discussing' || closing || rewriting || now - since < HOUR_MS) return false;
  if ((await loadStatements(store, id)).length > 0) return false;
  const writes = said.neighbours.map((words, i) =>
    keepStatement(store, id, { id: `sdemo${i + 1}`, words, state: 'waiting', at: now + i }),
  );
  const news = queueTopicNews(store, id, 'said', now);
  const op = `topic-residents:${id}:said`;
  await commitAsSystem(
    store,
    { op, what: 'statements_said', checks: [checkRound(store, topic)], writes: [...writes, news] },
    now,
  );
  return true;
}

/** What each neighbour answers in this round; undefined while there is nothing to listen to. */
async function answersIn(store: Store, { id, state }: Topic): Promise<AnswersOf | undefined> {
  if (state === 'seconding') return () => ({ second: 'yes' });
  if (state === 'deciding') return (_n, random) => ({ choice: random() < AGREES ? 'for' : 'against' });
  const shown = (await loadStatements(store, id)).filter((one) => one.state === 'shown');
  if (shown.length === 0) return undefined;
  return (n, random) => ({
    tenure: n % 2 === 0 ? 'owner' : 'tenant',
    ...Object.fromEntries(shown.map((one) => [one.id, random() < AGREES ? 'agree' : 'disagree'])),
  });
}
