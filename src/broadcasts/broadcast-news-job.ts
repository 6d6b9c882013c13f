import { eachOrLog } from '../background/each-or-log.ts';
import type { Job } from '../background/job.ts';
import type { Urn } from '../channels/channel.ts';
import type { City } from '../city/city.ts';
import type { LocalizedMessage, Values } from '../delivery/outcome.ts';
import { commitAndNotify } from '../notify/notify.ts';
import type { Services } from '../notify/services.ts';
import { staffWith } from '../people/role.ts';
import type { Write } from '../store/commit.ts';
import { orStoreAway } from '../store/store.ts';
import { agreedText } from './board/agreed-text.ts';
import { progressText, whenText } from './board/board-card.ts';
import { rescheduleButton } from './board/board-messages.ts';
import { senderText } from './board/covered-values.ts';
import type { Broadcast, RunId } from './broadcast.ts';
import { broadcastIdOf, MAY_ANNOUNCE, MAY_APPROVE, slotOf } from './broadcast.ts';
import { loadBroadcast } from './broadcast-store.ts';
import { isReschedulable } from './lifecycle.ts';
import type { Progress } from './sending/ledger.ts';
import { loadProgress } from './sending/ledger.ts';

const EVERY_MS = 1000;
const BATCH = 20;
/** News that asks for a second person's decision. */
const FOR_APPROVERS = ['proposed', 'glass'];
/** A person or a restore paused the run: its organisers know already. */
const PAUSED_KNOWINGLY = ['by_hand', 'restored'];

/** Notifies organisers of events of announcements. A run that ends or stops by itself is one. */
export function broadcastNewsJob(services: Services): Job {
  const { store, log } = services;
  const { redis, keys } = store;
  return {
    name: 'broadcast-news',
    every: EVERY_MS,
    runsIn: 'every_process',
    run: async (_now, stopping) => {
      const waiting = await orStoreAway(redis.zrange(keys.broadcastsNews, 0, String(BATCH - 1)));
      const tell = (news: string) => tellEvent(news, services);
      const told = await eachOrLog(waiting, { log, what: 'news of an announcement', stopping, work: tell });
      const runs = await orStoreAway(redis.zrange(keys.broadcastsWatched, 0, String(BATCH - 1)));
      const look = (run: RunId) => tellRun(run, services);
      // The run ids were written by commits.
      await eachOrLog(runs as RunId[], { log, what: 'the end of a run', stopping, work: look });
      return { told };
    },
  };
}

/** Handles one queue entry `<BroadcastId> <kind>[.<detail>]`. */
async function tellEvent(news: string, services: Services): Promise<void> {
  const { store, now } = services;
  const [id = '', what = ''] = news.split(' ');
  const broadcast = (await loadBroadcast(store, id))?.record;
  const [kind = ''] = what.split('.');
  await tellOrganisers(
    {
      op: `broadcast-news:${news}`,
      done: ['ZREM', store.keys.broadcastsNews, news],
      broadcast,
      ...(broadcast
        ? kind === 'missed'
          ? missedNews(broadcast, now())
          : newsOf(kind, broadcast, services.city, now())
        : {}),
      approvers: FOR_APPROVERS.includes(kind),
    },
    services,
  );
}

function newsOf(kind: string, broadcast: Broadcast, { regions }: City, now: number): Pick<Telling, 'said'> {
  const { sender } = broadcast.content;
  if (kind === 'proposed' && sender)
    return { said: messageOf('proposed_urgent', broadcast, { sender: senderText(sender, regions) }) };
  return { said: messageOf(kind, broadcast, { agreed: agreedText(broadcast, now) }) };
}

/** Names the missed time and, of a series, the next one; the author may set a new time. */
function missedNews(broadcast: Broadcast, now: number): Pick<Telling, 'said' | 'toAuthor'> {
  const { runs, schedule, by } = broadcast;
  const what = schedule.type === 'once' ? 'missed' : 'missed_series';
  const values = { at: { at: runs.at(-1)?.slot ?? now }, when: whenText(broadcast, now) };
  const said = messageOf(what, broadcast, values);
  if (!isReschedulable(broadcast, by)) return { said };
  const own = messageOf(`${what}_yours`, broadcast, values);
  return { said, toAuthor: { ...own, buttons: [...rescheduleButton(broadcast), ...(own.buttons ?? [])] } };
}

/** Notifies of a run's end once. Notifies of each stop that the run made by itself. */
async function tellRun(run: RunId, services: Services): Promise<void> {
  const { store } = services;
  const progress = await loadProgress(store, run);
  const stopped = progress?.state === 'paused' && !PAUSED_KNOWINGLY.includes(progress.why ?? '');
  if (!progress || !(stopped || progress.state === 'ended')) return;
  const broadcast = (await loadBroadcast(store, broadcastIdOf(run)))?.record;
  const said = broadcast && messageOf(stopped ? 'stopped' : 'ended', broadcast, { progress: progressText(progress) });
  await tellOrganisers(
    { ...(stopped ? stopOf(run, progress, store.keys) : endOf(run, store.keys)), broadcast, said },
    services,
  );
}

/** A stop stays on the list of watched runs: its end is still to be told. */
function stopOf(run: RunId, { total, left }: Progress, { broadcastsWatched }: Services['store']['keys']) {
  const done: Write = ['ZADD', broadcastsWatched, slotOf(run), run];
  return { op: `broadcast-stop:${run}:${total - left}`, done };
}

function endOf(run: RunId, { broadcastsWatched }: Services['store']['keys']) {
  const done: Write = ['ZREM', broadcastsWatched, run];
  return { op: `broadcast-end:${run}`, done };
}

function messageOf(what: string, { id, content, count = 0 }: Broadcast, values: Values): LocalizedMessage {
  return {
    key: `flows/my-broadcasts:news.${what}`,
    values: { title: content.title, count, ...values },
    buttons: [{ label: 'flows/my-broadcasts:look', flow: 'my-broadcasts', argument: id }],
  };
}

type Telling = {
  readonly op: string;
  readonly done: Write;
  /** Undefined if the announcement was deleted: the entry is removed without a notice. */
  readonly broadcast: Broadcast | undefined;
  readonly said?: LocalizedMessage | undefined;
  /** The author's own message. */
  readonly toAuthor?: LocalizedMessage;
  /** Notifies those who may approve, without the author. */
  readonly approvers?: boolean;
};

async function tellOrganisers(
  { op, done, broadcast, said, toAuthor = said, approvers = false }: Telling,
  services: Services,
): Promise<void> {
  const { store, city } = services;
  const found = broadcast
    ? await staffWith(store, approvers ? MAY_APPROVE : MAY_ANNOUNCE, city.regions.chain(broadcast.region))
    : [];
  const isAuthor = (urn: Urn) => store.pseudonym(urn) === broadcast?.by;
  const notices = found.flatMap((to) => {
    const own = isAuthor(to) ? (approvers ? undefined : toAuthor) : said;
    return own ? [{ to, said: own }] : [];
  });
  await commitAndNotify({ op, what: 'broadcast_told', checks: [], writes: [done] }, notices, services);
}
