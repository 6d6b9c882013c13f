import { DAY_MS } from '../../calendar.ts';
import { loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Participation, Task } from '../../volunteers/tasks/task.ts';
import { CAME } from '../../volunteers/tasks/task.ts';
import type { Volunteer } from '../../volunteers/volunteer/volunteer.ts';
import { loadVolunteers } from '../../volunteers/volunteer/volunteer-store.ts';

/** A drill counts as training for this long. */
const TRAINED_FOR_MS = 365 * DAY_MS;
/** Tasks that one call reads. */
const BATCH = 500;

/** Loads the active adult volunteers of these regions who came to a drill within the year. */
export async function loadTrainedVolunteers(
  store: Store,
  regions: readonly string[],
  now: number,
): Promise<readonly Volunteer[]> {
  const { redis, keys } = store;
  const span = [String(now - TRAINED_FOR_MS), String(now)] as const;
  const found = await orStoreAway(
    Promise.all(regions.map((region) => redis.zrange(keys.tasksIn(region), ...span, 'BYSCORE'))),
  );
  const ids = found.flat();
  const drills: string[] = [];
  for (let i = 0; i < ids.length; i += BATCH) {
    const tasks = await loadRecords<Task>(store, ids.slice(i, i + BATCH).map(keys.task));
    drills.push(...tasks.flatMap(({ record }) => (record.kind === 'drill' ? [record.id] : [])));
  }
  const parts = await orStoreAway(Promise.all(drills.map((id) => redis.hgetall(keys.taskParts(id)))));
  const came = parts.flatMap((all) =>
    Object.entries(all).flatMap(([id, text]) => {
      const { state } = JSON.parse(text) as Participation; // written by setPart
      return CAME.includes(state) ? [id] : [];
    }),
  );
  const volunteers = await loadVolunteers(store, [...new Set(came)]);
  return volunteers
    .map(({ record }) => record)
    .filter(({ state, age, region }) => state === 'active' && age === 'adult' && regions.includes(region));
}
