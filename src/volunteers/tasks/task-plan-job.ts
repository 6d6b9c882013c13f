import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import type { Log } from '../../log.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { loadTeam } from '../teams/team-store.ts';
import { loadDuePlans, makeNextTask, stopPlan } from './task-plan.ts';

const EVERY_MS = 300;
const BATCH = 50;

/** Creates the next task of each repeating plan that is due. */
export function taskPlanJob(store: Store, log: Log): Job {
  return {
    name: 'task-plans',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const plans = await loadDuePlans(store, now, BATCH);
      const work = async (kept: (typeof plans)[number]) => {
        const { team } = kept.record.task;
        // Only its team could take the tasks of a plan that was given while the team was dissolved.
        const isOrphan = team !== undefined && (await loadTeam(store, team)) === undefined;
        const step = isOrphan ? stopPlan(store, kept) : makeNextTask(store, kept, now);
        const change = { ...step, op: `plan:${kept.record.id}:${kept.version}` };
        return commitAsSystem(store, { ...change, what: 'task_planned' }, now);
      };
      return { planned: await eachOrLog(plans, { log, what: 'a repeating task', stopping, work }) };
    },
  };
}
