import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import type { Services } from '../../notify/services.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadTopic } from './topic-store.ts';

const EVERY_MS = 1000;
const BATCH = 20;
/** Pause before a failed step is tried again, ms. */
const RETRY_MS = 60_000;

/** Takes topics through their life: seconding, rounds, counts, dates of promises, and the end. */
export function topicClockJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'topic-clock',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.topicsClock, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const topics = await orStoreAway(store.redis.zrange(...due));
      const work = (id: string) => step(id, services);
      return { stepped: await eachOrLog(topics, { log, what: 'a topic', stopping, work }) };
    },
  };
}

async function step(id: string, { store, now, log }: Services): Promise<void> {
  const at = now();
  const kept = await loadTopic(store, id);
  // Counting loads the statistics of surveys, which few processes need.
  const { advanceTopic } = await import('./topic-clock.ts');
  const taken: Change | undefined = kept
    ? await advanceTopic(store, kept, at).catch((error) => {
        log.warn({ err: error }, 'a step of a topic failed and is put off');
        return undefined;
      })
    : { checks: [], writes: [['ZREM', store.keys.topicsClock, id]] };
  const later: Change = { checks: [], writes: [['ZADD', store.keys.topicsClock, at + RETRY_MS, id]] };
  // A topic takes several steps in one version, so the id holds the time.
  const op = `topic:${id}:${kept?.version ?? 0}:${at}`;
  await commitAsSystem(store, { op, what: 'topic_stepped', ...(taken ?? later) }, at);
}
