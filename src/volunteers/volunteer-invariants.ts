import type { InvariantCheck } from '../store/invariants.ts';
import { readAtomically, scanKeys } from '../store/invariants.ts';
import type { Task } from './tasks/task.ts';
import type { Volunteer } from './volunteer/volunteer.ts';

/** I6: never more have a task than it needs, each of them has a part in it and knows of it, and nobody else does. */
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
    if (!record) continue;
    const task = JSON.parse(record) as Task; // written by keepTask
    if (takers.length > task.needed) wrong.push(`${id}: ${takers.length} have it, but ${task.needed} are needed`);
    if (takers.toSorted().join() !== parts.toSorted().join()) wrong.push(`${id}: takers and parts differ`);
    if (waiting.some((one) => takers.includes(one))) wrong.push(`${id}: somebody has it and waits for it`);
    const known = (await readAtomically(
      store,
      takers.map((taker) => ['zscore', keys.volunteerTasks(taker), id]),
    )) as (string | null)[];
    if (known.includes(null)) wrong.push(`${id}: somebody has it and does not know`);
  }
  return wrong;
};

/** I3: who may be asked stands in the lists by which they are found, and nobody else does. */
export const volunteersHold: InvariantCheck = async (store) => {
  const { keys } = store;
  const wrong: string[] = [];
  for (const key of await scanKeys(store, keys.volunteer('volunteer_????????'))) {
    const id = key.slice(keys.volunteer('').length);
    const [record] = (await readAtomically(store, [['hget', key, 'record']])) as [string | null];
    if (!record) continue;
    const { urn, region, state } = JSON.parse(record) as Volunteer; // written by keepVolunteer
    const [own, there, listed, applied] = (await readAtomically(store, [
      ['get', keys.volunteerOf(urn)],
      ['zscore', keys.volunteersIn(region), id],
      ['hget', keys.volunteers, urn],
      ['zscore', keys.volunteersApplied, id],
    ])) as (string | null)[];
    if (own !== id) wrong.push(`${id}: its person does not know of it`);
    const active = state === 'active';
    if ((there !== null) !== active || (listed !== null) !== active)
      wrong.push(`${id}: is ${state}, but the lists differ`);
    if ((applied !== null) !== (state === 'applied'))
      wrong.push(`${id}: is ${state}, but the list of those who wait differs`);
  }
  return wrong;
};
