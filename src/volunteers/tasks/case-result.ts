import type { EventPayload } from '../../cases/case-event.ts';
import { changeCase, loadCase } from '../../cases/case-store.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { attempt } from '../../cases/lifecycle.ts';
import { isSafeToVisit, visitKindFor } from '../../cases/visits.ts';
import type { CategoryTree } from '../../city/category.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE } from '../../people/role.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { queueEvent } from '../volunteer/volunteer-store.ts';
import type { Task } from './task.ts';
import { keepTask, loadTask } from './task-store.ts';
import type { Candidate } from './volunteer-ranking.ts';

/** Loads the case that a task is about. */
export async function loadTaskCase(store: Store, task: Task): Promise<Kept<HazardCase> | undefined> {
  return task.case === undefined ? undefined : loadCase(store, task.case);
}

/** The answer of a volunteer who visited a case, with the evidence. */
export type VisitResult = {
  readonly visitor: Visitor;
  readonly yes: boolean;
  readonly evidence: Pick<EventPayload, 'photos' | 'words'>;
};

/** Records a visit as an event of the case; undefined if the case has moved on and accepts none. */
export function caseChangeAfterVisit(
  store: Store,
  { kind }: Task,
  about: Kept<HazardCase>,
  { visitor, yes, evidence }: VisitResult,
  now: number,
): Change | undefined {
  const type = kind === 'check' ? 'looked' : yes ? 'check_passed' : 'check_failed';
  const payload: EventPayload = kind === 'check' ? { ...evidence, found: yes } : evidence;
  const actor = { as: 'volunteer', by: visitor.by, units: unitsOf(visitor.grants) } as const;
  const tried = attempt(about.record, type, actor, payload, now);
  return tried.type === 'done' ? changeCase(store, about, tried.event) : undefined;
}

/** The pseudonym and the roles of a volunteer who visits a case. */
export type Visitor = { readonly by: string; readonly grants: readonly Grant[] };

function unitsOf(grants: readonly Grant[]): readonly string[] {
  return grants.flatMap(({ role, scope }) => (role === 'unit_staff' ? [scope] : []));
}

/** True if the visitor reported or follows the case, or handled it personally or through their unit. */
export function hasConflictOfInterest(
  { unit, helpers = [], handledBy }: HazardCase,
  { by, grants }: Visitor,
  follows: boolean,
): boolean {
  const units = unitsOf(grants);
  const involved = [...(unit ? [unit] : []), ...helpers];
  return follows || handledBy === by || units.includes(EVERYWHERE) || involved.some((one) => units.includes(one));
}

/** True if the case still needs this kind of visit and is safe to approach. */
export function isVisitNeeded({ kind }: Task, record: HazardCase | undefined, categories: CategoryTree): boolean {
  return record !== undefined && visitKindFor(record) === kind && isSafeToVisit(record, categories);
}

/** Excludes candidates with a conflict of interest. */
export async function excludeConflicted(
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
    const visitor = { by: store.pseudonym(urn), grants };
    return !hasConflictOfInterest(about.record, visitor, follows.has(urn));
  });
}

/** Ends the visit task of a case that does not need it any more, and notifies its takers. */
export async function endTaskOfMovedCase(
  store: Store,
  record: HazardCase,
  categories: CategoryTree,
  now: number,
): Promise<void> {
  const id = await orStoreAway(store.redis.get(store.keys.taskOfCase(record.id)));
  const kept = id ? await loadTask(store, id) : undefined;
  if (kept?.record.state !== 'open' || isVisitNeeded(kept.record, record, categories)) return;
  const { checks, writes } = keepTask(store, { ...kept.record, state: 'ended' }, kept);
  const change = { checks, writes: [...writes, queueEvent(store, `finished ${kept.record.id} -`, now)] };
  await commitAsSystem(store, { op: `moved:${kept.record.id}:${kept.version}`, what: 'task_ended', ...change }, now);
}
