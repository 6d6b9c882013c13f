import { parseChecked } from '../store/records/checksum.ts';
import type { InvariantCheck } from '../store/records/invariants.ts';
import { readAtomically, scanKeys } from '../store/records/invariants.ts';
import type { Task } from './tasks/task.ts';
import type { Volunteer } from './volunteer/volunteer.ts';

/** I6: a task has at most `needed` takers; takers, parts and the volunteers' own lists agree. */
export const tasksHold: InvariantCheck = async (store) => {
  const { keys } = store;
  const wrong: string[] = [];
  for (const key of await scanKeys(store, keys.task('task_????????'))) {
    const id = key.slice(keys.task('').length);
    const [record, takers, parts, waiting] = (await readAtomically(store, [
      ['hget', key, 'record'],
      ['zrange', keys.taskTakers(id), '0', '-1'],
      ['hkeys', keys.taskParts(id)],
      ['zrange', keys.taskWaiting(id), '0', '-1'],
    ])) as [string | null, string[], string[], string[]];
    const task = parseChecked<Task>(record ?? '', '');
    if (!task) continue;
    if (takers.length > task.needed) wrong.push(`${id}: ${takers.length} takers, but ${task.needed} places`);
    if (takers.toSorted().join() !== parts.toSorted().join()) wrong.push(`${id}: takers and parts differ`);
    if (waiting.some((one) => takers.includes(one))) wrong.push(`${id}: a taker is on the waiting list`);
    const listed = (await readAtomically(
      store,
      takers.map((taker) => ['zscore', keys.volunteerTasks(taker), id]),
    )) as (string | null)[];
    if (listed.includes(null)) wrong.push(`${id}: missing in the list of a taker`);
  }
  return wrong;
};

/** I3: exactly the active volunteers are in the indexes by which offers find them. */
export const volunteersHold: InvariantCheck = async (store) => {
  const { keys } = store;
  const wrong: string[] = [];
  for (const key of await scanKeys(store, keys.volunteer('volunteer_????????'))) {
    const id = key.slice(keys.volunteer('').length);
    const [record] = (await readAtomically(store, [['hget', key, 'record']])) as [string | null];
    const volunteer = parseChecked<Volunteer>(record ?? '', '');
    if (!volunteer) continue;
    const { urn, region, state } = volunteer;
    const [own, there, listed, applied] = (await readAtomically(store, [
      ['get', keys.volunteerOf(urn)],
      ['zscore', keys.volunteersIn(region), id],
      ['hget', keys.volunteers, urn],
      ['zscore', keys.volunteersApplied, id],
    ])) as (string | null)[];
    if (own !== id) wrong.push(`${id}: the index by person points elsewhere`);
    const active = state === 'active';
    if ((there !== null) !== active || (listed !== null) !== active)
      wrong.push(`${id}: is ${state}, but the indexes by region and person differ`);
    if ((applied !== null) !== (state === 'applied'))
      wrong.push(`${id}: is ${state}, but the index of applicants differs`);
  }
  return wrong;
};
