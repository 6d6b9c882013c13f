import type { Sweep } from '../../background/sweep.ts';
import { SWEEP_BATCH } from '../../background/sweep.ts';
import { DAY_MS } from '../../calendar.ts';
import type { Write } from '../../store/commit.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import type { KeptTask } from './task.ts';
import { loadTasks, setPart } from './task-store.ts';

/** A confirmed task counts on certificates for this long. */
const TASKS_MS = 3 * 365 * DAY_MS;

/** Deletes the proofs of ended tasks, and later the tasks themselves. */
export const sweepTasks: Sweep = async (store, now, stopping) => {
  const { redis, keys } = store;
  const due = [keys.tasksKept, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, SWEEP_BATCH] as const;
  for (const kept of await loadTasks(store, await orStoreAway(redis.zrange(...due)))) {
    if (stopping()) return;
    const over = now - kept.record.until;
    const writes = over < TASKS_MS ? deleteProofs(store, kept) : deleteTask(store, kept);
    const op = `retain:${kept.record.id}:${over < TASKS_MS ? 'proofs' : 'all'}`;
    await commitAsSystem(store, { op, what: 'task_lessened', checks: [], writes }, now);
  }
};

function deleteProofs(store: Store, { record, parts }: KeptTask): readonly Write[] {
  const { keys } = store;
  // A proof that no organiser has reviewed by now counts as confirmed.
  const partWrites = Object.entries(parts).flatMap(([id, { proof, ...part }]) =>
    proof || part.state === 'proven'
      ? setPart(store, record.id, id as VolunteerId, part.state === 'proven' ? { ...part, state: 'confirmed' } : part)
      : [],
  );
  return [
    ...partWrites,
    ['DEL', keys.taskOffers(record.id)],
    ['DEL', keys.taskWaiting(record.id)],
    ['ZADD', keys.tasksKept, record.until + TASKS_MS, record.id],
  ];
}

function deleteTask({ keys }: Store, { record, takers }: KeptTask): readonly Write[] {
  const { id, region } = record;
  return [
    ['DEL', keys.task(id)],
    ['DEL', keys.taskTakers(id)],
    ['DEL', keys.taskParts(id)],
    ['ZREM', keys.tasks, id],
    ['ZREM', keys.tasksIn(region), id],
    ['ZREM', keys.tasksClock, id],
    ['ZREM', keys.tasksKept, id],
    ...takers.map((taker) => ['ZREM', keys.volunteerTasks(taker), id] as const),
  ];
}
