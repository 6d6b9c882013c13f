import { Hono } from 'hono';
import type { CountedStatement } from '../../deliberation/ballot/results.ts';
import { loadTopicResults } from '../../deliberation/ballot/results.ts';
import type { GenuinenessNote } from '../../deliberation/consensus/genuineness.ts';
import type { PromiseLedger } from '../../deliberation/promise/promise.ts';
import { promiseLedger } from '../../deliberation/promise/promise.ts';
import type { RefusalReason, Topic, TopicState } from '../../deliberation/topic/topic.ts';
import { REFUSAL_REASONS } from '../../deliberation/topic/topic.ts';
import { MAY_READ_TOPICS, MAY_STEER } from '../../deliberation/topic/topic-rights.ts';
import { loadPromisedTopics, loadRefusals, loadTopic, loadTopics } from '../../deliberation/topic/topic-store.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv, Organiser } from '../sign-in/session.ts';
import type { ShownPromise } from './topic-promise.ts';
import { showPromise } from './topic-promise.ts';

/** One topic of the board. It names no person. Times in ms since the epoch. */
export type TopicRow = {
  readonly id: string;
  readonly state: TopicState;
  readonly kind: Topic['kind'];
  readonly words: string;
  readonly where: string;
  /** End of the present state's time, where there is one. */
  readonly due?: number;
  readonly late: boolean;
  readonly needed?: number;
  readonly unit?: string;
};

export type TopicBoard = {
  readonly maySteer: boolean;
  readonly topics: readonly TopicRow[];
  readonly ledger: PromiseLedger;
  /** Refused topics and statements by reason. */
  readonly refusals: readonly { readonly reason: RefusalReason; readonly n: number }[];
};

/** What a topic shows beside its card: its promise, and what passed the rules of what a counted discussion may show. */
export type TopicPage = {
  readonly promise?: ShownPromise;
  readonly statements: readonly CountedStatement[];
  readonly notes: readonly GenuinenessNote[];
  readonly dots: readonly { readonly x: number; readonly y: number; readonly cluster?: number }[];
  /** A discussion was counted; without dots it had fewer than a hundred voters. */
  readonly counted: boolean;
  readonly parted: boolean;
};

/** States whose `until` is a due time that a person or a job meets. */
const DUE_STATES: readonly TopicState[] = ['proposed', 'seconding', 'discussing', 'deciding', 'decided', 'promised'];

/** 议事: `GET /` and `GET /<topic>`, of the organiser's scope. The talk `steer-topics` moves a topic. */
export function topicRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => c.json(await boardOf(c.get('organiser'), services)));
  app.get('/:id', async (c) => {
    const topic = (await loadTopic(services.store, c.req.param('id')))?.record;
    if (!topic || !mayRead(topic, c.get('organiser'), services)) return c.json({ error: 'not_found' }, 404);
    return c.json(await pageOf(topic, readerFor(c.get('organiser'), services), services));
  });
  return app;
}

function mayRead({ region }: Pick<Topic, 'region'>, { grants }: Organiser, { city }: Services): boolean {
  const reading = grants.filter(({ role }) => MAY_READ_TOPICS.includes(role));
  return anyGrantCovers(reading, region, city.regions);
}

async function boardOf(organiser: Organiser, services: Services): Promise<TopicBoard> {
  const { store, city } = services;
  const now = services.now();
  const { language } = readerFor(organiser, services);
  const [topics, promised] = await Promise.all([loadTopics(store), loadPromisedTopics(store)]);
  const ownOf = (all: readonly Kept<Topic>[]) =>
    all.map(({ record }) => record).filter((topic) => mayRead(topic, organiser, services));
  const refusals = await loadRefusals(store, (region) => mayRead({ region }, organiser, services));
  return {
    maySteer: organiser.grants.some(({ role }) => MAY_STEER.includes(role)),
    topics: ownOf(topics)
      .map((topic): TopicRow => {
        const { id, state, kind, words, region, until, needed, promise } = topic;
        const unit = promise && city.units.get(promise.unit);
        return {
          id,
          state,
          kind,
          words,
          where: inLanguage(city.regions.nameOf(region) ?? {}, language),
          ...(DUE_STATES.includes(state) ? { due: until } : {}),
          late: DUE_STATES.includes(state) && now > until,
          ...(state === 'seconding' && needed !== undefined ? { needed } : {}),
          ...(unit ? { unit: inLanguage(unit.names, language) } : {}),
        };
      })
      .toSorted((a, b) => (a.due ?? 0) - (b.due ?? 0)),
    ledger: promiseLedger(
      ownOf(promised).flatMap(({ promise }) => promise ?? []),
      now,
    ),
    refusals: REFUSAL_REASONS.map((reason) => ({ reason, n: refusals.get(reason) ?? 0 })),
  };
}

async function pageOf({ id, rewriting, promise }: Topic, reader: Reader, services: Services): Promise<TopicPage> {
  // Counted, and not yet gone from the store's file.
  const { discussion } = rewriting ? { discussion: undefined } : await loadTopicResults(services.store, id);
  const { dots = [], clusters } = discussion?.map ?? {};
  return {
    ...(promise ? { promise: await showPromise(promise, reader, services) } : {}),
    statements: discussion?.statements ?? [],
    notes: discussion?.notes ?? [],
    dots: dots.map(([x, y], i) => ({ x, y, ...(clusters?.[i] === undefined ? {} : { cluster: clusters[i] }) })),
    counted: discussion !== undefined,
    parted: clusters !== undefined,
  };
}
