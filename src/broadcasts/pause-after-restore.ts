import type { Check, Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Broadcast, RunId } from './broadcast.ts';
import { broadcastOf, slotOf } from './broadcast.ts';
import { keepBroadcast, loadBroadcast, newsOf } from './broadcast-store.ts';
import { dueSlots } from './schedule.ts';

/** What older data, put back, would send once more, and the change by which it does not. */
export type PausedAfterRestore = {
  /** Sendings that were under way: they stand still until somebody lets them go on. */
  readonly sendings: number;
  /** Slots that passed or were just beginning: they count as missed. */
  readonly slots: number;
  readonly checks: readonly Check[];
  readonly writes: readonly Write[];
};

export async function pauseAfterRestore(store: Store, now: number): Promise<PausedAfterRestore> {
  const { redis, keys } = store;
  const [sending, starting, due] = await orStoreAway(
    Promise.all([
      redis.zrange(keys.broadcastsSending, 0, '-1'),
      redis.zrange(keys.broadcastsStarting, 0, '-1') as Promise<RunId[]>, // written by the campaign's clock
      redis.zrange(keys.broadcastsDue, '-inf', String(now), 'BYSCORE'),
    ]),
  );
  const begun = starting.filter((run) => sending.includes(run));
  const missed = starting.filter((run) => !begun.includes(run));
  const touched = [...new Set([...due, ...missed.map(broadcastOf)])];
  const kept = (await Promise.all(touched.map((id) => loadBroadcast(store, id)))).flatMap((one) => one ?? []);
  const after = kept.map(({ record }) => withoutDue(record, missed, now));
  const keeping = kept.map((before, i) => keepBroadcast(store, after[i] ?? before.record, before));
  return {
    sendings: sending.length,
    slots: kept.reduce((all, { record }, i) => all + countMissed(after[i] ?? record) - countMissed(record), 0),
    checks: keeping.flatMap(({ checks }) => checks),
    writes: [
      ...sending.map((run) => ['HSET', keys.broadcastRun(run), 'state', 'paused', 'why', 'restored'] as const),
      ...starting.map((run) => ['ZREM', keys.broadcastsStarting, run] as const),
      ...keeping.flatMap(({ writes }) => writes),
      ...kept.map(({ record }) => newsOf(store, record.id, `missed.restored.${now}`, now)),
    ],
  };
}

function countMissed({ runs }: Broadcast): number {
  return runs.filter(({ fate }) => fate === 'missed').length;
}

/** The broadcast with everything that fell due until now written down as missed. */
function withoutDue(record: Broadcast, starting: readonly RunId[], now: number): Broadcast {
  const lost = starting.filter((run) => broadcastOf(run) === record.id).map(slotOf);
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
