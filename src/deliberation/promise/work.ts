import { loadEvents } from '../../cases/case-store.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { isOpen } from '../../cases/hazard-case.ts';
import { loadStanding } from '../../cases/merge-cases.ts';
import type { Project, Round } from '../../creation/rounds/round.ts';
import { loadRound } from '../../creation/rounds/round-store.ts';
import type { Store } from '../../store/store.ts';
import type { KeptTask } from '../../volunteers/tasks/task.ts';
import { loadTasks } from '../../volunteers/tasks/task-store.ts';
import { loadVolunteers } from '../../volunteers/volunteer/volunteer-store.ts';
import type { TopicPromise, Work } from './promise.ts';

/** Loads the state of all work to which a promise is linked. Deleted work counts as open. */
export async function loadWork(store: Store, promise: TopicPromise): Promise<readonly Work[]> {
  const { cases, tasks = [], projects = [] } = promise;
  const [standing, keptTasks, rounds] = await Promise.all([
    Promise.all(cases.map((id) => loadStanding(store, id))),
    loadTasks(store, tasks),
    Promise.all(projects.map(({ round }) => loadRound(store, round))),
  ]);
  const caseWork = standing.map(async (record): Promise<Work> => {
    if (!record) return { type: 'open' };
    const isClosed = record.state === 'closed';
    const checks = isClosed ? (await loadEvents(store, record.id)).filter(({ type }) => type === 'check_passed') : [];
    return workOfCase(
      record,
      checks.map(({ by }) => by),
      promise,
    );
  });
  const taskWork = tasks.map(async (id): Promise<Work> => {
    const kept = keptTasks.find(({ record }) => record.id === id);
    return kept ? workOfTask(kept, await pseudonymsOf(store, showing(kept)), promise) : { type: 'open' };
  });
  const projectWork = projects.map(({ no }, i) => workOfProject(rounds[i]?.record, no, promise));
  return Promise.all([...caseWork, ...taskWork, ...projectWork]);
}

/** A case is done when it is closed; another person than the promiser must have passed the check. */
export function workOfCase(
  record: Pick<HazardCase, 'state' | 'since'>,
  checkers: readonly string[],
  promise: TopicPromise,
): Work {
  if (isOpen(record)) return { type: 'open' };
  if (record.state !== 'closed') return { type: 'failed' };
  return { type: 'solved', at: record.since, proven: checkers.some((by) => isOther(by, promise)) };
}

/** A task is done when it has ended and a volunteer came; the photo of another person than the promiser proves it. */
export function workOfTask({ record, parts }: KeptTask, showers: readonly string[], promise: TopicPromise): Work {
  if (record.state === 'open') return { type: 'open' };
  if (record.state === 'cancelled') return { type: 'dropped' };
  const cameTo = Object.values(parts).some(({ state }) => state !== 'taken' && state !== 'missed');
  if (!cameTo) return { type: 'failed' };
  return { type: 'solved', at: record.until, proven: showers.some((by) => isOther(by, promise)) };
}

/** Volunteers with a photo or the result of a visit. */
function showing({ record, parts }: KeptTask): readonly string[] {
  if (record.proof !== 'photo' && record.kind !== 'check' && record.kind !== 'recheck') return [];
  return Object.keys(parts).filter((id) => parts[id]?.state === 'proven' || parts[id]?.state === 'confirmed');
}

async function pseudonymsOf(store: Store, volunteers: readonly string[]): Promise<readonly string[]> {
  return (await loadVolunteers(store, volunteers)).map(({ record }) => store.pseudonym(record.urn));
}

/** A project is done by its contact; drawn checkers other than the promiser who find its item full prove it. */
export function workOfProject(round: Round | undefined, no: number, promise: TopicPromise): Work {
  const project: Project | undefined = round?.projects.find((one) => one.no === no);
  if (!round || !project) return { type: 'open' };
  if (project.doneAt === undefined)
    return { type: round.state === 'withdrawn' || round.state === 'lapsed' ? 'failed' : 'open' };
  const isChecked = round.checks[no] === 'full' && round.checkers.some((by) => isOther(by, promise));
  return { type: 'solved', at: project.doneAt, proven: isChecked };
}

/** True for a person who neither entered the promise nor stated that it is done. */
export function isOther(by: string, promise: Pick<TopicPromise, 'by' | 'doneBy'>): boolean {
  return by !== '' && by !== promise.by && by !== promise.doneBy;
}
