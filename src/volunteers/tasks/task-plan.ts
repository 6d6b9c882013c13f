import type { Schedule } from '../../broadcasts/schedule.ts';
import { nextSlot } from '../../broadcasts/schedule.ts';
import { DAY_MS, dayOf, isHoliday } from '../../calendar.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Change, Kept } from '../../store/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/versioned-record.ts';
import type { Task } from './task.ts';
import { newCode, taskOfSlot } from './task.ts';
import { keepTask } from './task-store.ts';

export type TaskPlanId = `plan_${string}`;

/** A task that comes again and again. */
export type TaskPlan = {
  readonly id: TaskPlanId;
  readonly schedule: Schedule;
  readonly notOnHolidays: boolean;
  readonly lastsMs: number;
  readonly task: Omit<Task, 'id' | 'from' | 'until' | 'code' | 'madeAt' | 'waves' | 'nextWave' | 'state'>;
  /** The next slot for which no task was made yet, ms. */
  readonly next?: number;
};

/** A task is made so long before it begins, so that there is time to find people. */
export const AHEAD_MS = 3 * DAY_MS;
/** No calendar has more holidays in a row. */
const HOLIDAYS_MAX = 31;

/** The first slot after a moment that is not on a holiday, if holidays are spared. */
export function slotAfter({ schedule, notOnHolidays }: Pick<TaskPlan, 'schedule' | 'notOnHolidays'>, at: number) {
  let slot = nextSlot(schedule, at);
  for (let i = 0; slot !== undefined && notOnHolidays && isHoliday(dayOf(slot)) && i < HOLIDAYS_MAX; i += 1)
    slot = nextSlot(schedule, slot);
  return slot;
}

export async function loadPlan(store: Store, id: string): Promise<Kept<TaskPlan> | undefined> {
  if (!/^plan_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<TaskPlan>(store, [store.keys.taskPlan(id)]))[0];
}

export async function duePlans(store: Store, now: number, max: number): Promise<readonly Kept<TaskPlan>[]> {
  const due = [store.keys.taskPlansDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, max] as const;
  const ids = await orStoreAway(store.redis.zrange(...due));
  return loadRecords<TaskPlan>(
    store,
    ids.map((id) => store.keys.taskPlan(id)),
  );
}

export function keepPlan({ keys }: Store, record: TaskPlan, before?: Kept<TaskPlan>): Change {
  const { checks, writes } = keepRecord(keys.taskPlan(record.id), record, before);
  const { id, next } = record;
  return {
    checks,
    writes: [
      ...writes,
      next === undefined ? ['ZREM', keys.taskPlansDue, id] : ['ZADD', keys.taskPlansDue, next - AHEAD_MS, id],
    ],
  };
}

/** Makes the task of the plan's next slot; what has passed meanwhile is left out. */
export function makeNext(store: Store, kept: Kept<TaskPlan>, now: number): Change {
  const { record } = kept;
  const { next: slot, ...rest } = record;
  const following = slot === undefined ? undefined : slotAfter(record, Math.max(slot, now - record.lastsMs));
  const plan = keepPlan(store, following === undefined ? rest : { ...rest, next: following }, kept);
  if (slot === undefined || slot <= now) return plan;
  const task = keepTask(store, {
    ...record.task,
    id: taskOfSlot(record.id, slot),
    state: 'open',
    from: slot,
    until: slot + record.lastsMs,
    code: newCode(),
    madeAt: now,
    waves: 0,
    nextWave: now,
  });
  return { checks: [...plan.checks, ...task.checks], writes: [...plan.writes, ...task.writes] };
}
