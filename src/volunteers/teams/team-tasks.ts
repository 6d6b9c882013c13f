import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { joinChanges, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { KeptTask } from '../tasks/task.ts';
import type { TaskPlan } from '../tasks/task-plan.ts';
import { stopPlan } from '../tasks/task-plan.ts';
import { cancelTask, loadTasks } from '../tasks/task-store.ts';
import type { TeamId } from './team.ts';

/** What a team has before it: its open tasks that have not begun, and the repeating plans that would make more. */
export type TeamTasks = { readonly tasks: readonly KeptTask[]; readonly plans: readonly Kept<TaskPlan>[] };

/** Loads what a team has before it. A task that has begun is not part of it: its takers are on the spot. */
export async function loadTeamTasks(store: Store, team: TeamId, now: number): Promise<TeamTasks> {
  const { redis, keys } = store;
  const [tasks, plans] = await orStoreAway(
    Promise.all([redis.zrange(keys.tasks, `(${now}`, '+inf', 'BYSCORE'), redis.zrange(keys.taskPlansDue, 0, '-1')]),
  );
  const [coming, planned] = await Promise.all([
    loadTasks(store, tasks),
    loadRecords<TaskPlan>(store, plans.map(keys.taskPlan)),
  ]);
  return {
    tasks: coming.filter(({ record }) => record.team === team && record.state === 'open'),
    plans: planned.filter(({ record }) => record.task.team === team),
  };
}

/** Cancels a team's tasks, which only its members could take, stops its plans, and tells those who had joined. */
export function cancelTeamTasks(store: Store, { tasks, plans }: TeamTasks, now: number): Change {
  return joinChanges([
    ...tasks.map((kept) => cancelTask(store, kept, now)),
    ...plans.map((kept) => stopPlan(store, kept)),
  ]);
}
