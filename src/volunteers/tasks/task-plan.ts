import type { Schedule } from '../../broadcasts/schedule.ts';
import { nextSlot } from '../../broadcasts/schedule.ts';
import { DAY_MS, dayOf, isHoliday, momentOf } from '../../calendar.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Task } from './task.ts';
import { openedTask, taskIdOfSlot } from './task.ts';
import { keepTask } from './task-store.ts';

export type TaskPlanId = `plan_${string}`;

/** A plan that creates a task at every slot of its schedule. */
export type TaskPlan = {
  readonly id: TaskPlanId;
  readonly schedule: Schedule;
  readonly notOnHolidays: boolean;
  readonly lastsMs: number; // duration of each task
  readonly task: Omit<Task, 'id' | 'from' | 'until' | 'code' | 'madeAt' | 'waves' | 'nextWave' | 'state'>;
  /** The next slot without a task, ms since the epoch; absent once the plan is stopped or over. */
  readonly next?: number;
};

/** A task is created this long before it begins, to leave time for offers. */
export const AHEAD_MS = 3 * DAY_MS;
/** Bound on the search for a slot; no calendar has this many holidays in a row. */
const HOLIDAYS_MAX = 31;

/** Finds the first slot after a moment (ms); holidays are skipped if the plan says so. A plan for holidays alone has none. */
export function slotAfter({ schedule, notOnHolidays }: Pick<TaskPlan, 'schedule' | 'notOnHolidays'>, at: number) {
  let slot = nextSlot(schedule, at);
  for (let days = 0; slot !== undefined && notOnHolidays && isHoliday(dayOf(slot)); days += 1)
    slot = days < HOLIDAYS_MAX ? nextSlot(schedule, momentOf(`${dayOf(slot)}T00:00`) + DAY_MS - 1) : undefined;
  return slot;
}

/** Loads a plan; undefined for a malformed or unknown id. */
export async function loadPlan(store: Store, id: string): Promise<Kept<TaskPlan> | undefined> {
  if (!/^plan_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<TaskPlan>(store, [store.keys.taskPlan(id)]))[0];
}

/** Loads at most `max` plans whose next task is to be created now. */
export async function loadDuePlans(store: Store, now: number, max: number): Promise<readonly Kept<TaskPlan>[]> {
  const due = [store.keys.taskPlansDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, max] as const;
  const ids = await orStoreAway(store.redis.zrange(...due));
  return loadRecords<TaskPlan>(store, ids.map(store.keys.taskPlan));
}

/** Writes a new state of a plan and its entry in the list of due plans. */
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

/** Ends the repetition; the tasks that it has made stay. */
export function stopPlan(store: Store, kept: Kept<TaskPlan>): Change {
  const { next: _none, ...rest } = kept.record;
  return keepPlan(store, rest, kept);
}

/** Creates the task of the plan's next slot. A slot that has passed gets none, for example after downtime. */
export function makeNextTask(store: Store, kept: Kept<TaskPlan>, now: number): Change {
  const { record } = kept;
  const { next: slot, ...rest } = record;
  const following = slot === undefined ? undefined : slotAfter(record, Math.max(slot, now - record.lastsMs));
  const plan = keepPlan(store, following === undefined ? rest : { ...rest, next: following }, kept);
  if (slot === undefined || slot <= now) return plan;
  const task = keepTask(store, {
    ...record.task,
    ...openedTask(now),
    id: taskIdOfSlot(record.id, slot),
    from: slot,
    until: slot + record.lastsMs,
  });
  return { checks: [...plan.checks, ...task.checks], writes: [...plan.writes, ...task.writes] };
}
