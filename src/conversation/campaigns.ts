import { countsText, whenText } from '../broadcasts/board-card.ts';
import type { Broadcast, RunId } from '../broadcasts/broadcast.ts';
import { broadcastOf, MAY_ANNOUNCE, MAY_APPROVE, slotOf } from '../broadcasts/broadcast.ts';
import { strikeForgotten } from '../broadcasts/broadcast-retention.ts';
import { loadBroadcast } from '../broadcasts/broadcast-store.ts';
import { everySecond, fireDue, startFired } from '../broadcasts/campaign-clock.ts';
import { watchBroadcasts } from '../broadcasts/deliver.ts';
import type { Progress } from '../broadcasts/ledger.ts';
import { progressOf } from '../broadcasts/ledger.ts';
import { letterOf } from '../broadcasts/letter.ts';
import type { Said, Values } from '../delivery/effects.ts';
import { staffIn } from '../people/role.ts';
import type { Write } from '../store/commit.ts';
import { asking } from '../store/store.ts';
import { commitTelling } from './news.ts';
import { refreshCards } from './progress-cards.ts';
import { heldBySafeMode } from './safe-mode.ts';
import type { House } from './turn.ts';

/** Lets campaigns happen: slots fall due, audiences are laid down, messages go out, and organisers hear how it went. */
export async function watchCampaigns(house: House): Promise<{ close(): Promise<void> }> {
  const { store, channels, log, now, wording } = house;
  const delivery = await watchBroadcasts({
    store,
    channels,
    log,
    open: async (run) => {
      const kept = await loadBroadcast(store, broadcastOf(run as RunId)); // written by the campaign's clock
      return kept && letterOf(kept.record, wording, now);
    },
    prepare: () => startFired(store, house.city.regions, now()),
  });
  const clock = everySecond(async () => {
    if (store.redis.status !== 'ready' || (await heldBySafeMode(house))) return;
    await fireDue(store, now(), log);
    await tellNews(house);
    await refreshCards(house);
    await tellEnds(house);
    await strikeForgotten(store, now());
  }, log);
  return {
    async close() {
      await clock.close();
      await delivery.close();
    },
  };
}

const BATCH = 20;

/** What happened to announcements, told once to those who look after them. */
async function tellNews(house: House): Promise<void> {
  const { store, now } = house;
  const { redis, keys } = store;
  for (const news of await asking(redis.zrange(keys.broadcastsNews, 0, String(BATCH - 1)))) {
    const [id = '', what = ''] = news.split(' ');
    const kept = await loadBroadcast(store, id);
    const done = ['ZREM', keys.broadcastsNews, news] as const;
    const [kind = ''] = what.split('.');
    const said = kept && saidOf(kind, kept.record, { when: whenText(kept.record, now()) });
    await tell(`broadcast-news:${news}`, kept?.record, said, done, kind === 'proposed' || kind === 'glass', house);
  }
}

/** A sending that ended is told of, with every number. */
async function tellEnds(house: House): Promise<void> {
  const { store } = house;
  const { redis, keys } = store;
  for (const run of (await asking(redis.zrange(keys.broadcastsWatched, 0, String(BATCH - 1)))) as RunId[]) {
    const progress = await progressOf(store, run);
    if (progress?.state === 'paused' && !['by_hand', 'restored'].includes(progress.why ?? ''))
      await tellStop(run, progress, house);
    if (progress?.state !== 'ended') continue;
    const kept = await loadBroadcast(store, broadcastOf(run));
    const said = kept && saidOf('ended', kept.record, { progress: countsText(progress) });
    await tell(`broadcast-end:${run}`, kept?.record, said, ['ZREM', keys.broadcastsWatched, run], false, house);
  }
}

/** A sending that stopped by itself is told of at once, and again if it stops again after somebody let it go on. */
async function tellStop(run: RunId, progress: Progress, house: House): Promise<void> {
  const { store } = house;
  const kept = await loadBroadcast(store, broadcastOf(run));
  const said = kept && saidOf('stopped', kept.record, { progress: countsText(progress) });
  const { total, left } = progress;
  const waits = ['ZADD', store.keys.broadcastsWatched, slotOf(run), run] as const;
  await tell(`broadcast-stop:${run}:${total - left}`, kept?.record, said, waits, false, house);
}

function saidOf(what: string, { id, content, count = 0 }: Broadcast, values: Values): Said {
  return {
    key: `flows/my-broadcasts:news.${what}`,
    values: { title: content.title, count, ...values },
    buttons: [{ label: 'flows/my-broadcasts:look', flow: 'my-broadcasts', argument: id }],
  };
}

async function tell(
  op: string,
  broadcast: Broadcast | undefined,
  said: Said | undefined,
  done: Write,
  approvers: boolean,
  house: House,
): Promise<void> {
  const { store, city } = house;
  const scopes = broadcast ? city.regions.chain(broadcast.region) : [];
  const roles = broadcast ? (approvers ? MAY_APPROVE : MAY_ANNOUNCE) : [];
  const found = await Promise.all(roles.map((role) => staffIn(store, role, scopes)));
  const urns = [...new Set(found.flat())].filter((urn) => !approvers || store.pseudonym(urn) !== broadcast?.by);
  const tells = urns.flatMap((urn) => (said ? [[urn, said] as const] : []));
  await commitTelling({ op, what: 'broadcast_told', checks: [], writes: [done] }, tells, house);
}
