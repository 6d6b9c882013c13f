import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Change } from '../../store/versioned-record.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import type { KeptTask, Participation, Task, TaskId } from './task.ts';
import { keptUntil, nextLook } from './task-rules.ts';

export async function loadTask(store: Store, id: string): Promise<KeptTask | undefined> {
  return /^task_\w{8}$/.test(id) ? (await loadTasks(store, [id]))[0] : undefined;
}

/** Those of these tasks that are still there, in the same order, each as it was at one moment. */
export async function loadTasks({ redis, keys }: Store, ids: readonly string[]): Promise<readonly KeptTask[]> {
  const found = await Promise.all(
    ids.map((id) =>
      orStoreAway(
        Promise.all([
          redis.hmget(keys.task(id), 'version', 'record', 'stirred'),
          redis.zrange(keys.taskWaiting(id), 0, '-1'),
          redis.hgetall(keys.taskParts(id)),
        ]),
      ),
    ),
  );
  return found.flatMap(([[version, record, stirred], waiting, parts]) => {
    if (!record) return [];
    // Whoever has a part in it has a place: the list of takers is only there to be counted.
    const read = Object.entries(parts).map(
      ([id, part]) => [id as VolunteerId, JSON.parse(part) as Participation] as const,
    );
    return [
      {
        version: Number(version),
        stirred: stirred ?? '',
        record: JSON.parse(record) as Task, // written below
        takers: read.map(([id]) => id),
        waiting: waiting as VolunteerId[],
        parts: Object.fromEntries(read),
      },
    ];
  });
}

/** A new state of a task. Whoever takes it only asks whether it is open, so that many may do so at once. */
export function keepTask({ keys }: Store, record: Task, before?: Pick<KeptTask, 'version'>): Change {
  const { id, state, region, from } = record;
  const key = keys.task(id);
  const version = String((before?.version ?? 0) + 1);
  const due = nextLook(record);
  return {
    checks: [{ key, field: 'version', is: before ? String(before.version) : '' }],
    writes: [
      ['HSET', key, 'version', version, 'record', JSON.stringify(record), 'open', state === 'open' ? '1' : '0'],
      ['ZADD', keys.tasksIn(region), from, id],
      ['ZADD', keys.tasks, from, id],
      ...(before ? [] : [['ZADD', keys.tasksKept, keptUntil(record), id] as const]),
      due === undefined ? ['ZREM', keys.tasksClock, id] : ['ZADD', keys.tasksClock, due, id],
      ...(record.case && state === 'open' ? [['SET', keys.taskOfCase(record.case), id] as const] : []),
    ],
  };
}

/** Takes a place, if there is one: any number may try at once, and as many succeed as are needed. */
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

/** The clock looks at the task at once, and whatever it was about to do with what it saw before is void. */
export function stir({ keys }: Store, id: TaskId): Change['writes'] {
  return [
    ['HINCRBY', keys.task(id), 'stirred', 1],
    ['ZADD', keys.tasksClock, 0, id],
  ];
}

/** Begins to wait for a place. */
export function waitForPlace(store: Store, id: TaskId, volunteer: VolunteerId, now: number): Change {
  const { keys } = store;
  return {
    checks: [{ key: keys.taskTakers(id), lacks: volunteer }],
    writes: [['ZADD', keys.taskWaiting(id), now, volunteer], ...stir(store, id)],
  };
}

/** Gives a place back. */
export function leavePlace(store: Store, id: TaskId, volunteer: VolunteerId): Change {
  const { keys } = store;
  return {
    checks: [{ key: keys.taskTakers(id), holds: volunteer }],
    writes: [
      ['ZREM', keys.taskTakers(id), volunteer],
      ['HDEL', keys.taskParts(id), volunteer],
      ['ZREM', keys.volunteerTasks(volunteer), id],
      ...stir(store, id),
    ],
  };
}

export function setPart({ keys }: Store, id: TaskId, volunteer: VolunteerId, part: Participation): Change['writes'] {
  return [['HSET', keys.taskParts(id), volunteer, JSON.stringify(part)]];
}

/** How somebody does in a task changes, if it is still as it was loaded. */
export function changePart(store: Store, kept: KeptTask, volunteer: VolunteerId, part: Participation): Change {
  const { keys } = store;
  const was = kept.parts[volunteer];
  const key = keys.taskParts(kept.record.id);
  return {
    checks: [{ key, field: volunteer, is: was ? JSON.stringify(was) : '' }],
    writes: setPart(store, kept.record.id, volunteer, part),
  };
}

/** The tasks of these regions that begin in a span of time (ms), the first first. */
export async function tasksBetween(
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
