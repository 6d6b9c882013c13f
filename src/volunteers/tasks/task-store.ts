import type { Change } from '../../store/records/versioned-record.ts';
import { sharedInRound } from '../../store/shared-in-round.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import { queueEvent } from '../volunteer/volunteer-store.ts';
import type { KeptTask, Participation, Task, TaskId } from './task.ts';
import { nextClockAt, proofsDueAt } from './task-rules.ts';

/** Loads one task; undefined for a malformed or unknown id. */
export async function loadTask(store: Store, id: string): Promise<KeptTask | undefined> {
  return /^task_\w{8}$/.test(id) ? loadOnce(store, id) : undefined;
}

/** Loads tasks in the order of their ids; deleted ones are left out. Each is read at one moment. */
export async function loadTasks(store: Store, ids: readonly string[]): Promise<readonly KeptTask[]> {
  const found = await Promise.all(ids.map((id) => loadOnce(store, id)));
  return found.flatMap((kept) => kept ?? []);
}

/** Thousands of people may tap on one task within a second. */
const loadOnce = sharedInRound(async ({ redis, keys }, id): Promise<KeptTask | undefined> => {
  const [[version, record, epoch], waiting, parts] = await orStoreAway(
    Promise.all([
      redis.hmget(keys.task(id), 'version', 'record', 'stirred'),
      redis.zrange(keys.taskWaiting(id), 0, '-1'),
      redis.hgetall(keys.taskParts(id)),
    ]),
  );
  if (!record) return undefined;
  // Takers are read from their parts; the sorted set of takers only counts places.
  const read = Object.entries(parts).map(
    ([volunteer, part]) => [volunteer as VolunteerId, JSON.parse(part) as Participation] as const,
  );
  return {
    version: Number(version),
    clockEpoch: epoch ?? '',
    record: JSON.parse(record) as Task, // written below
    takers: read.map(([volunteer]) => volunteer),
    waiting: waiting as VolunteerId[],
    parts: Object.fromEntries(read),
  };
});

/** Writes a new state of a task. Taking a place checks `open` and not the version, so that many can take at once. */
export function keepTask({ keys }: Store, record: Task, before?: Pick<KeptTask, 'version'>): Change {
  const { id, state, region, from } = record;
  const key = keys.task(id);
  const version = String((before?.version ?? 0) + 1);
  const due = nextClockAt(record);
  return {
    checks: [{ key, field: 'version', is: before ? String(before.version) : '' }],
    writes: [
      ['HSET', key, 'version', version, 'record', JSON.stringify(record), 'open', state === 'open' ? '1' : '0'],
      ['ZADD', keys.tasksIn(region), from, id],
      ['ZADD', keys.tasks, from, id],
      ...(before ? [] : [['ZADD', keys.tasksKept, proofsDueAt(record), id] as const]),
      due === undefined ? ['ZREM', keys.tasksClock, id] : ['ZADD', keys.tasksClock, due, id],
      ...(record.case && state === 'open' ? [['SET', keys.taskOfCase(record.case), id] as const] : []),
    ],
  };
}

/** Cancels a task; its takers and those who wait are told. */
export function cancelTask(store: Store, kept: KeptTask, now: number): Change {
  const { checks, writes } = keepTask(store, { ...kept.record, state: 'cancelled', cancelledAt: now }, kept);
  return { checks, writes: [...writes, queueEvent(store, `cancelled ${kept.record.id} -`, now)] };
}

/** Takes a place. Of any number of concurrent attempts, `needed` succeed. */
export function takePlace(store: Store, { record, waiting }: KeptTask, id: VolunteerId, now: number): Change {
  const { keys } = store;
  const takers = keys.taskTakers(record.id);
  return {
    checks: [
      { key: keys.task(record.id), field: 'open', is: '1' },
      { key: takers, below: record.needed },
      { key: takers, lacks: id },
    ],
    writes: [
      ['ZADD', takers, now, id],
      ...setPart(store, record.id, id, { state: 'taken', at: now }),
      ['ZADD', keys.volunteerTasks(id), record.from, record.id],
      ...(waiting.includes(id) ? [['ZREM', keys.taskWaiting(record.id), id] as const] : []),
    ],
  };
}

/** Voids a clock step that is being computed, and makes the task due at once. */
export function advanceClockEpoch({ keys }: Store, id: TaskId): Change['writes'] {
  return [
    ['HINCRBY', keys.task(id), 'stirred', 1],
    ['ZADD', keys.tasksClock, 0, id],
  ];
}

/** Joins the waiting list. */
export function waitForPlace(store: Store, id: TaskId, volunteer: VolunteerId, now: number): Change {
  const { keys } = store;
  return {
    checks: [{ key: keys.taskTakers(id), lacks: volunteer }],
    writes: [['ZADD', keys.taskWaiting(id), now, volunteer], ...advanceClockEpoch(store, id)],
  };
}

/** Hands a place back. */
export function leavePlace(store: Store, id: TaskId, volunteer: VolunteerId): Change {
  const { keys } = store;
  return {
    checks: [{ key: keys.taskTakers(id), holds: volunteer }],
    writes: [
      ['ZREM', keys.taskTakers(id), volunteer],
      ['HDEL', keys.taskParts(id), volunteer],
      ['ZREM', keys.volunteerTasks(volunteer), id],
      ...advanceClockEpoch(store, id),
    ],
  };
}

/** Overwrites a participation. */
export function setPart({ keys }: Store, id: TaskId, volunteer: VolunteerId, part: Participation): Change['writes'] {
  return [['HSET', keys.taskParts(id), volunteer, JSON.stringify(part)]];
}

/** Replaces a participation; the commit fails if it changed since it was loaded. */
export function changePart(store: Store, kept: KeptTask, volunteer: VolunteerId, part: Participation): Change {
  const { keys } = store;
  const was = kept.parts[volunteer];
  const key = keys.taskParts(kept.record.id);
  return {
    checks: [{ key, field: volunteer, is: was ? JSON.stringify(was) : '' }],
    writes: setPart(store, kept.record.id, volunteer, part),
  };
}

/** Loads the tasks of these regions that begin from `from` to `to` (ms since the epoch), the earliest first. */
export async function loadTasksBetween(
  store: Store,
  regions: readonly string[],
  from: number,
  to: number,
): Promise<readonly KeptTask[]> {
  const { redis, keys } = store;
  const found = await orStoreAway(
    Promise.all(regions.map((region) => redis.zrange(keys.tasksIn(region), String(from), String(to), 'BYSCORE'))),
  );
  const tasks = await loadTasks(store, found.flat());
  return tasks.toSorted((a, b) => a.record.from - b.record.from);
}
