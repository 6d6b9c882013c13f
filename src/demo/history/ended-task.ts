import { DAY_MS } from '../../calendar.ts';
import type { Task } from '../../volunteers/tasks/task.ts';

type Ended = Pick<Task, 'id' | 'kind' | 'words' | 'place' | 'region' | 'from' | 'until'> & Partial<Task>;

/** Makes a task that is over; unless said otherwise, for two, asked for the day before. */
export function endedTask(ended: Ended): Task {
  return {
    state: 'ended',
    needed: 2,
    skills: [],
    checkIn: 'code',
    code: '0000',
    proof: 'nothing',
    by: 'demo',
    madeAt: ended.from - DAY_MS,
    waves: 1,
    ...ended,
  };
}
