import type { EventPayload } from '../../cases/case-event.ts';
import type { KeptCase } from '../../cases/case-store.ts';
import { changeCase, loadCase } from '../../cases/case-store.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { attempt } from '../../cases/lifecycle.ts';
import type { CategoryTree } from '../../city/category.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE } from '../../people/role.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Change } from '../../store/versioned-record.ts';
import { news } from '../volunteer/volunteer-store.ts';
import { isSafeToVisit } from './safety.ts';
import type { Task } from './task.ts';
import { keepTask, loadTask } from './task-store.ts';
import type { Candidate } from './volunteer-ranking.ts';

/** The case that a task is about. */
export async function loadCaseOf(store: Store, task: Task): Promise<KeptCase | undefined> {
  return task.case === undefined ? undefined : loadCase(store, task.case);
}

/** What a volunteer saw flows back into the case as an event of it; undefined where the case has gone on without them. */
export function resultOf(
  store: Store,
  { kind }: Task,
  about: KeptCase,
  yes: boolean,
  brought: Pick<EventPayload, 'photos' | 'words'>,
  { by, grants }: Looker,
  now: number,
): Change | undefined {
  const type = kind === 'check' ? 'looked' : yes ? 'check_passed' : 'check_failed';
  const said: EventPayload = kind === 'check' ? { ...brought, found: yes } : brought;
  const tried = attempt(about.record, type, { as: 'volunteer', by, units: unitsOf(grants) }, said, now);
  return tried.type === 'done' ? changeCase(store, about, tried.event) : undefined;
}

/** Who looks: a pseudonym, and what else they are in the city. */
export type Looker = { readonly by: string; readonly grants: readonly Grant[] };

function unitsOf(grants: readonly Grant[]): readonly string[] {
  return grants.flatMap(({ role, scope }) => (role === 'unit_staff' ? [scope] : []));
}

/** Whether somebody would look at their own: what they reported or follow, or what they or their unit have done. */
export function isTheirOwn(
  { unit, helpers = [], handledBy }: HazardCase,
  { by, grants }: Looker,
  follows: boolean,
): boolean {
  const own = unitsOf(grants);
  const involved = [...(unit ? [unit] : []), ...helpers];
  return follows || handledBy === by || own.includes(EVERYWHERE) || involved.some((one) => own.includes(one));
}

/** Whether the case still wants this look, and is safe to go near. */
export function isWanted({ kind }: Task, record: HazardCase | undefined, categories: CategoryTree): boolean {
  return record !== undefined && lookFor(record) === kind && isSafeToVisit(record, categories);
}

/** Of those who might be asked, the ones who would not look at their own. */
export async function othersAlone(
  store: Store,
  task: Task,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  if (task.case === undefined) return candidates;
  const [about, followers] = await Promise.all([
    loadCase(store, task.case),
    orStoreAway(store.redis.zrange(store.keys.caseFollowers(task.case), 0, '-1')),
  ]);
  if (!about) return [];
  const follows = new Set(followers);
  return candidates.filter(({ volunteer: { urn }, grants }) => {
    const looker = { by: store.pseudonym(urn), grants };
    return !isTheirOwn(about.record, looker, follows.has(urn));
  });
}

/** What a volunteer could do for the case as it stands: look whether it is so, or check what was done. */
export function lookFor({ state, found }: HazardCase): 'check' | 'recheck' | undefined {
  if (state === 'checking') return 'recheck';
  return state === 'submitted' || (state === 'verifying' && found === undefined) ? 'check' : undefined;
}

/** A case that others have taken further needs no look any more: the task ends, and whoever has it is told. */
export async function endIfMoved(
  store: Store,
  record: HazardCase,
  categories: CategoryTree,
  now: number,
): Promise<void> {
  const id = await orStoreAway(store.redis.get(store.keys.taskOfCase(record.id)));
  const kept = id ? await loadTask(store, id) : undefined;
  if (kept?.record.state !== 'open' || isWanted(kept.record, record, categories)) return;
  const { checks, writes } = keepTask(store, { ...kept.record, state: 'ended' }, kept);
  const change = { checks, writes: [...writes, news(store, `finished ${kept.record.id} -`, now)] };
  await commitAsSystem(store, { op: `moved:${kept.record.id}:${kept.version}`, what: 'task_ended', ...change }, now);
}
