import { orStoreAway } from '../../../store/store.ts';
import type { Task } from '../../../volunteers/tasks/task.ts';
import { CAME } from '../../../volunteers/tasks/task.ts';
import { loadTasks } from '../../../volunteers/tasks/task-store.ts';
import { monthEnd, monthStart } from '../month.ts';
import type { CellReader, StreetCounts } from './cell-reader.ts';
import { addTo, withSums } from './cell-reader.ts';

const BATCH = 200;

/**
 * Counts the places of tasks that began in the month and are over: filled ones of those needed. A task that was cancelled before
 * it began counts nowhere; one that was cancelled when it was seen who came counts in full.
 */
export const readTaskCells: CellReader = async ({ store, city: { regions }, month, asOf }) => {
  const { redis, keys } = store;
  const range = [keys.tasks, String(monthStart(month)), `(${monthEnd(month)}`, 'BYSCORE'] as const;
  const ids = await orStoreAway(redis.zrange(...range));
  const counts: StreetCounts = new Map();
  for (let i = 0; i < ids.length; i += BATCH)
    for (const { record, parts } of await loadTasks(store, ids.slice(i, i + BATCH))) {
      const street = regions.above(record.region, 'street');
      if (street === undefined || wasCalledOff(record) || record.until > asOf) continue;
      const filled = Object.values(parts).filter(({ state }) => CAME.includes(state)).length;
      addTo(counts, street, 'places_filled', { y: Math.min(filled, record.needed), n: record.needed });
    }
  return withSums(counts, regions);
};

function wasCalledOff({ state, cancelledAt = 0, from }: Task): boolean {
  return state === 'cancelled' && cancelledAt < from;
}
