import type { Change } from '../store/records/versioned-record.ts';
import { joinChanges } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Broadcast, RunId } from './broadcast.ts';
import { broadcastIdOf, slotOf } from './broadcast.ts';
import { keepBroadcast, loadBroadcast, queueNews } from './broadcast-store.ts';
import { dueSlots } from './schedule.ts';

/** The change that stops a restored backup from sending again; its counts. */
export type PausedAfterRestore = Change & {
  /** Runs under way: paused until an organiser resumes them. */
  readonly sendings: number;
  /** Slots that passed or whose run had not started: counted as missed. */
  readonly slots: number;
};

/** Prepares the change for a restored backup; writes nothing. Runs under way pause; due slots count as missed. */
export async function pauseAfterRestore(store: Store, now: number): Promise<PausedAfterRestore> {
  const { redis, keys } = store;
  const [sending, starting, due] = await orStoreAway(
    Promise.all([
      redis.zrange(keys.broadcastsSending, 0, '-1'),
      redis.zrange(keys.broadcastsStarting, 0, '-1') as Promise<RunId[]>, // written by the schedule job
      redis.zrange(keys.broadcastsDue, '-inf', String(now), 'BYSCORE'),
    ]),
  );
  const begun = await Promise.all(starting.map((run) => orStoreAway(redis.exists(keys.broadcastRun(run)))));
  // A run that began keeps its place in the list: the rest of its audience is laid down later.
  const missed = starting.filter((_, i) => begun[i] === 0);
  const touched = [...new Set([...due, ...missed.map(broadcastIdOf)])];
  const kept = (await Promise.all(touched.map((id) => loadBroadcast(store, id)))).flatMap((one) => one ?? []);
  const after = kept.map(({ record }) => countDueAsMissed(record, missed, now));
  const keeping = joinChanges(kept.map((before, i) => keepBroadcast(store, after[i] ?? before.record, before)));
  return {
    sendings: sending.length,
    slots: kept.reduce((all, { record }, i) => all + countMissed(after[i] ?? record) - countMissed(record), 0),
    checks: keeping.checks,
    writes: [
      ...sending.map((run) => ['HSET', keys.broadcastRun(run), 'state', 'paused', 'why', 'restored'] as const),
      ...missed.map((run) => ['ZREM', keys.broadcastsStarting, run] as const),
      ...keeping.writes,
      ...kept.map(({ record }) => queueNews(store, record.id, `missed.restored.${now}`, now)),
    ],
  };
}

function countMissed({ runs }: Broadcast): number {
  return runs.filter(({ fate }) => fate === 'missed').length;
}

/** Marks the unstarted runs and every slot due until now as missed. */
function countDueAsMissed(record: Broadcast, unstarted: readonly RunId[], now: number): Broadcast {
  const lost = unstarted.filter((run) => broadcastIdOf(run) === record.id).map(slotOf);
  const runs = record.runs.map((run) => (lost.includes(run.slot) ? { ...run, fate: 'missed' as const } : run));
  const { next, ...rest } = record;
  if (next === undefined || next > now) return { ...record, runs };
  const due = dueSlots(record.schedule, next, now);
  const passed = [...due.missed, ...due.fire].map((slot) => ({ slot, fate: 'missed' as const }));
  return {
    ...rest,
    state: 'started',
    runs: [...runs, ...passed],
    ...(due.next === undefined ? {} : { next: due.next }),
  };
}
