import cron from 'node-cron';
import type { Log } from '../log.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import { copySent, freezeAudience, startSending } from './audience.ts';
import type { Broadcast, RunId } from './broadcast.ts';
import { broadcastOf, runOf } from './broadcast.ts';
import { keepBroadcast, loadBroadcast, newsOf } from './broadcast-store.ts';
import { placesOf, progressOf } from './ledger.ts';
import { recipientsOf } from './recipients.ts';
import { dueSlots } from './schedule.ts';

const BATCH = 50;

/** Wakes every second, in every process: what is due is decided by the store. */
export function everySecond(look: () => Promise<void>, log: Log): { close(): Promise<void> } {
  let looking: Promise<void> | undefined;
  const task = cron.schedule('* * * * * *', () => {
    looking ??= look()
      .catch((error) => log.warn({ err: error }, 'campaigns could not be looked after'))
      .finally(() => {
        looking = undefined;
      });
  });
  return {
    async close() {
      await task.destroy();
      await looking;
    },
  };
}

/** Lets every slot that is due happen, each once over any number of processes; what came too late is written down as missed. */
export async function fireDue(store: Store, now: number, log: Log): Promise<void> {
  const { redis, keys } = store;
  for (const id of await asking(redis.zrange(keys.broadcastsDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH))) {
    const kept = await loadBroadcast(store, id);
    if (kept?.record.next === undefined || kept.record.next > now) continue;
    const { record } = kept;
    const { fire, missed, next } = dueSlots(record.schedule, kept.record.next, now);
    const { next: _was, ...rest } = record;
    const runs = [
      ...record.runs,
      ...missed.map((slot) => ({ slot, fate: 'missed' as const })),
      ...fire.map((slot) => ({ slot, fate: 'fired' as const })),
    ];
    const after: Broadcast = { ...rest, state: 'started', runs, ...(next === undefined ? {} : { next }) };
    const keeping = keepBroadcast(store, after, kept);
    const started = fire.flatMap((slot) => {
      const run = runOf(record.id, slot);
      const lists = [keys.broadcastsStarting, keys.broadcastsWatched, keys.broadcastsKept];
      return lists.map((list) => ['ZADD', list, slot, run] as const);
    });
    const told = missed.length > 0 ? [newsOf(store, record.id, `missed.${missed.at(-1)}`, now)] : [];
    const change = { op: `fire:${id}:${record.next}`, what: 'broadcast_fired', checks: keeping.checks };
    const done = await commitAsHouse(store, { ...change, writes: [...keeping.writes, ...started, ...told] }, now);
    if (done.type === 'ok') log.info({ broadcast: id, fired: fire.length, missed: missed.length }, 'a slot was due');
  }
}

/** Lays down the audience of every sending that was fired, and begins it. Only one process may do this at a time. */
export async function startFired(store: Store, regions: RegionTree, now: number): Promise<void> {
  const { redis, keys } = store;
  for (const run of (await asking(redis.zrange(keys.broadcastsStarting, 0, '-1'))) as RunId[]) {
    const kept = await loadBroadcast(store, broadcastOf(run));
    // Ended between the start and its being written down: whoever has had their turn keeps their place.
    const begun = !kept || (await progressOf(store, run)) || (await start(store, run, kept.record, regions, now));
    if (!begun) return;
    const change = { op: `started:${run}`, what: 'broadcast_started', checks: [] };
    await commitAsHouse(store, { ...change, writes: [['ZREM', keys.broadcastsStarting, run]] }, now);
  }
}

/** False if another process has taken over meanwhile. */
async function start(store: Store, run: RunId, record: Broadcast, regions: RegionTree, now: number): Promise<boolean> {
  const { audience, recalls, kind, staleAfterMs } = record;
  const got = recalls && audience.type === 'of' ? await placesOf(store, recalls, audience.outcomes) : undefined;
  const recipients = got?.map(({ urn }) => urn) ?? (await recipientsOf(store, record, regions, now));
  const total = await freezeAudience(store, run, recipients);
  if (total === undefined) return false;
  if (recalls && got) await copySent(store, recalls, got, run);
  await startSending(store, run, { total, kind, lastsMs: staleAfterMs });
  return (await progressOf(store, run)) !== undefined;
}
