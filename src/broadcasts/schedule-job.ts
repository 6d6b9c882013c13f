import type { Job } from '../background/job.ts';
import type { Log } from '../log.ts';
import { personsOf } from '../people/link/addresses.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Broadcast, RunId } from './broadcast.ts';
import { broadcastIdOf, runIdOf, slotOf } from './broadcast.ts';
import { keepBroadcast, loadBroadcast, queueNews } from './broadcast-store.ts';
import { dueSlots } from './schedule.ts';
import { copySentMessages, freezeAudience, startRun } from './sending/audience.ts';
import { giveCopies } from './sending/copies.ts';
import type { Laying } from './sending/lay-audience.ts';
import { layAudience, loadLaying } from './sending/lay-audience.ts';
import { loadProgress, loadRecipientsByOutcome } from './sending/ledger.ts';
import { findRecipients } from './sending/recipients.ts';

const EVERY_MS = 1000;
const BATCH = 50;

/** Fires due slots. Every process runs it, so that a slot is on time after a crash too; the store decides who fires. */
export function broadcastScheduleJob(store: Store, log: Log): Job {
  return {
    name: 'broadcast-schedule',
    every: EVERY_MS,
    runsIn: 'every_process',
    run: async (now) => ({ fired: await fireDue(store, now, log) }),
  };
}

/** Fires every due slot once over all processes; slots past their window count as missed. Returns how many it fired. */
export async function fireDue(store: Store, now: number, log: Log): Promise<number> {
  const { redis, keys } = store;
  let fired = 0;
  for (const id of await orStoreAway(
    redis.zrange(keys.broadcastsDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH),
  )) {
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
      const run = runIdOf(record.id, slot);
      const lists = [keys.broadcastsStarting, keys.broadcastsWatched, keys.broadcastsKept];
      return lists.map((list) => ['ZADD', list, slot, run] as const);
    });
    const told = missed.length > 0 ? [queueNews(store, record.id, `missed.${missed.at(-1)}`, now)] : [];
    const change = { op: `fire:${id}:${record.next}`, what: 'broadcast_fired', checks: keeping.checks };
    const done = await commitAsSystem(store, { ...change, writes: [...keeping.writes, ...started, ...told] }, now);
    if (done.type !== 'ok') continue;
    fired += fire.length;
    log.info({ broadcast: id, fired: fire.length, missed: missed.length }, 'a slot was due');
  }
  return fired;
}

/** Starts each fired run and lays its audience down. Only the holder of the broadcast lease may call it. */
export async function startFired(store: Store, regions: RegionTree, now: number): Promise<void> {
  const { redis, keys } = store;
  for (const run of (await orStoreAway(redis.zrange(keys.broadcastsStarting, 0, '-1'))) as RunId[]) {
    const kept = await loadBroadcast(store, broadcastIdOf(run));
    const laying = await loadLaying(store, run);
    // A complete audience stays: the process ended between its last chunk and its note.
    const started = !kept || laying.complete || (await startFiredRun(store, run, kept.record, regions, laying));
    if (!started) return;
    const change = { op: `started:${run}`, what: 'broadcast_started', checks: [] };
    await commitAsSystem(store, { ...change, writes: [['ZREM', keys.broadcastsStarting, run]] }, now);
  }
}

/** Starts the run, and goes on where a dead process stopped; false if another process holds the lease. */
async function startFiredRun(
  store: Store,
  run: RunId,
  record: Broadcast,
  regions: RegionTree,
  laying: Laying,
): Promise<boolean> {
  const { audience, recalls, kind, staleAfterMs } = record;
  if (audience.type === 'people') {
    const pages = findRecipients(store, record, regions, slotOf(run), laying.after);
    return layAudience(store, run, { kind, lastsMs: staleAfterMs }, laying, pages);
  }
  // A former run's outcomes may still change, so these recipients are frozen at once.
  const recipients = await loadRecipientsByOutcome(store, recalls ?? audience.run, audience.outcomes);
  const all = recipients.map(({ urn }) => urn);
  // A recipient may have joined another person since. A recall deletes messages where they were sent.
  const urns = recalls ? all : await personsOf(store, all);
  const total = await freezeAudience(store, run, urns);
  if (total === undefined) return false;
  if (recalls) {
    await copySentMessages(store, recalls, recipients, run);
    await giveCopies(store, recalls, recipients, run);
  }
  await startRun(store, run, { total, kind, lastsMs: staleAfterMs });
  return (await loadProgress(store, run)) !== undefined;
}
