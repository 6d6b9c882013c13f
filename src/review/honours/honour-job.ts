import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { limitEnd } from '../../calendar.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Write } from '../../store/commit.ts';
import { inPairs } from '../../store/records/in-pairs.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { NO_CHANGE } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Honour } from './honour.ts';
import { ANSWER_WITHIN, isOpenHonour, openDues } from './honour.ts';
import type { HonourNews } from './honour-news.ts';
import { honourNotices } from './honour-news.ts';
import { attachEvidence, endNotice } from './honour-rules.ts';
import type { HonourEvent } from './honour-store.ts';
import { keepHonour, loadHonour, queueHonour } from './honour-store.ts';
import { readEvidence } from './read-evidence.ts';

const EVERY_MS = 2000;
const BATCH = 50;

type Entry = { readonly entry: string; readonly since: string };

/** Attaches the evidence of nominations, ends public notices, and notifies of acts and late answers. */
export function honourJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'honours',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.honoursNews, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const flat = await orStoreAway(store.redis.zrange(...due, 'WITHSCORES'));
      const entries = inPairs(flat).map(([entry, since]): Entry => ({ entry, since }));
      const work = (entry: Entry) => handle(entry, services);
      return { handled: await eachOrLog(entries, { log, what: 'an event of an honour', stopping, work }) };
    },
  };
}

/** The result of an event. `again`: when to handle it again, ms since the epoch. */
type Step = {
  readonly honour?: Honour;
  readonly news?: HonourNews;
  readonly again?: number;
  readonly writes?: readonly Write[];
};

async function handle({ entry, since }: Entry, services: Services): Promise<void> {
  const { store, city } = services;
  const [event = '', id = ''] = entry.split(' ');
  const kept = await loadHonour(store, id);
  const step = kept ? await stepOf(event as HonourEvent, kept, services) : {}; // written by queueHonour
  const { honour, news, again, writes = [] } = step;
  const record = honour ?? kept?.record;
  const change = kept && honour ? keepHonour(store, honour, kept) : NO_CHANGE;
  const { honoursNews } = store.keys;
  const done: Write = again === undefined ? ['ZREM', honoursNews, entry] : ['ZADD', honoursNews, again, entry];
  const notices = record && news ? await honourNotices(store, news, record, city) : [];
  const whole = {
    op: `honour:${entry}:${since}`,
    what: `honour_${news ?? event}`,
    checks: change.checks,
    writes: [...change.writes, done, ...writes],
  };
  await commitAndNotify(whole, notices, services);
}

async function stepOf(event: HonourEvent, { record }: Kept<Honour>, services: Services): Promise<Step> {
  const now = services.now();
  switch (event) {
    case 'proposed':
      // The deciders are told again until one of them acts.
      return record.state === 'proposed' ? { news: event, again: limitEnd(now, ANSWER_WITHIN) } : {};
    case 'nominated':
      return screenStep(record, services, now);
    case 'notice_ends': {
      const ended = endNotice(record, now);
      return ended.type === 'done' ? { honour: ended.honour, news: 'deciding' } : {};
    }
    case 'objection_due':
      return lateStep(record, now);
    case 'objected':
    case 'thanked':
    case 'declined':
    case 'taken_back':
      return { news: event };
  }
}

/** Screens a nomination. The evidence is read once; later rows do not change it. */
async function screenStep(before: Honour, { store, city }: Services, now: number): Promise<Step> {
  if (before.state !== 'nominated') return {};
  const attached = attachEvidence(before, await readEvidence(store, before, city, now));
  if (attached.type === 'refused') return {};
  const { honour } = attached;
  const { id, noticeUntil } = honour;
  if (noticeUntil === undefined) return { honour, news: 'not_passed' };
  return { honour, news: 'public_notice', writes: [queueHonour(store, 'notice_ends', id, noticeUntil)] };
}

/** Notifies of an answer that is late; the next missing answer has its own time. */
function lateStep(record: Honour, now: number): Step {
  const dues = isOpenHonour(record) ? openDues(record) : [];
  const next = dues.filter((due) => due >= now).toSorted((a, b) => a - b)[0];
  return {
    ...(dues.some((due) => due < now) ? { news: 'objection_late' as const } : {}),
    ...(next === undefined ? {} : { again: next + 1 }),
  };
}
