import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Notice } from '../../notify/notify.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { loadContactPage } from '../../people/contact-page.ts';
import { staffWith } from '../../people/role.ts';
import type { Write } from '../../store/commit.ts';
import { inPairs } from '../../store/records/in-pairs.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Topic } from './topic.ts';
import { topicButton, topicValues } from './topic-card.ts';
import { MAY_STEER } from './topic-rights.ts';
import { loadProposer, loadTopic, queueTopicNews } from './topic-store.ts';

const EVERY_MS = 300;
const BATCH = 50;

/** Tells moderators of new topics and statements, and a proposer what became of the proposal. Residents are told of a lawful meeting only. */
export function topicNewsJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'topic-news',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.topicsNews, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const flat = await orStoreAway(store.redis.zrange(...due, 'WITHSCORES'));
      const waiting = inPairs(flat).map(([event, since]) => ({ event, since }));
      const work = (news: (typeof waiting)[number]) => tell(news, services);
      return { told: await eachOrLog(waiting, { log, what: 'news of a topic', stopping, work }) };
    },
  };
}

async function tell({ event, since }: { readonly event: string; readonly since: string }, services: Services) {
  const { store, city } = services;
  const [id = '', what = '', after] = event.split(' ');
  const topic = (await loadTopic(store, id))?.record;
  const isForAll = what === 'meeting' || what === 'meeting_soon';
  const page = topic && isForAll ? await residentsAfter(store, topic, what, after as Urn | undefined, city) : undefined; // queued below
  const notices = page?.notices ?? (topic && !isForAll ? await noticesOf(store, topic, what, city) : []);
  const writes: readonly Write[] = [
    ['ZREM', store.keys.topicsNews, event],
    ...(page?.last ? [queueTopicNews(store, id, `${what} ${page.last}`, services.now())] : []),
  ];
  await commitAndNotify(
    { op: `topic-news:${event}:${since}`, what: 'topic_told', checks: [], writes },
    notices,
    services,
  );
}

const TO_STAFF = ['proposed', 'appealed', 'late', 'said', 'decided', 'promise_due', 'promise_done'];
const TO_PROPOSER = [
  'declined',
  'seconding',
  'discussing',
  'deciding',
  'decided',
  'lapsed',
  'merged',
  'promised',
  'promise_done',
  'promise_unproven',
  'promise_kept',
  'promise_late',
  'promise_changed',
  'promise_broken',
];

async function noticesOf(store: Store, topic: Topic, what: string, city: City): Promise<readonly Notice[]> {
  const values = topicValues(topic, city, { results: {}, objections: undefined });
  const chain = city.regions.chain(topic.region);
  // What the committee should do, an appeal, and what waits too long are for the street.
  const fromStreet = what === 'late' || topic.appealed || (topic.whom === 'committee' && topic.state === 'proposed');
  const scopes = fromStreet ? chain.filter((region) => city.regions.levelOf(region) !== 'community') : chain;
  const staff = TO_STAFF.includes(what) ? await staffWith(store, MAY_STEER, scopes) : [];
  const proposer = TO_PROPOSER.includes(what) ? await loadProposer(store, topic.id) : undefined;
  const steer = { label: 'flows/topics:buttons.steer', flow: 'steer-topics', argument: topic.id } as const;
  return [
    ...staff.map((to) => ({ to, said: { key: `flows/steer-topics:news.${what}`, values, buttons: [steer] } as const })),
    ...(proposer
      ? [
          {
            to: proposer,
            said: { key: `flows/topics:news.${what}`, values, buttons: [topicButton(topic.id)] } as const,
          },
        ]
      : []),
  ];
}

/** The notice of a meeting to the next page of the community's residents. A meeting's time or place may have changed meanwhile. */
async function residentsAfter(store: Store, topic: Topic, what: string, after: Urn | undefined, city: City) {
  const { urns, contacts } = await loadContactPage(store, after);
  const said = {
    key: `flows/topics:news.${what}`,
    values: topicValues(topic, city, { results: {}, objections: undefined }),
    buttons: [topicButton(topic.id)],
  } as const;
  const isDue = topic.state === 'discussing' || topic.state === 'deciding';
  const notices = urns.flatMap((to, i): readonly Notice[] =>
    isDue && contacts[i]?.contact?.home === topic.region ? [{ to, said, announced: true }] : [],
  );
  return { notices, last: urns.at(-1) };
}
