import type { LocalizedMessage, Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Media } from '../../engine/input.ts';
import type { Spot } from '../../engine/steps/spot.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { FinishContext } from '../../people/talk.ts';
import { metresTo } from '../../regions/metres-to.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { queueEvent } from '../volunteer/volunteer-store.ts';
import type { Visitor } from './case-result.ts';
import { caseChangeAfterVisit, hasConflictOfInterest, isVisitNeeded } from './case-result.ts';
import type { TasksFacts } from './load-my-tasks.ts';
import type { KeptTask, Participation, Task } from './task.ts';
import { TASK_BUTTONS } from './task-buttons.ts';
import { taskCard } from './task-card.ts';
import { nextReminderAt } from './task-reminders.ts';
import type { CheckInProof, TaskRefusal } from './task-rules.ts';
import { checkIn, countWrongCode, handBackRefusal, submitProof, takeRefusal } from './task-rules.ts';
import { changePart, keepTask, leavePlace, setPart, takePlace, waitForPlace } from './task-store.ts';

type TaskActionAnswers = {
  readonly spot?: Spot | null;
  readonly result?: string | null;
  readonly photos?: readonly Media[] | null;
  readonly words?: Words | null;
};

/** A volunteer, the task to act on, and the data of the turn. */
type TaskActionContext = Pick<FinishContext<TasksFacts>, 'store' | 'facts' | 'now'> & {
  readonly kept: KeptTask;
  readonly me: Volunteer;
};
type Buttons = NonNullable<LocalizedMessage['buttons']>;

/** Carries out a volunteer's action on a task, or refuses it with the reason. */
export function actOnTask(action: string, given: TaskActionAnswers, acting: TaskActionContext): Outcome {
  const { store, kept, me } = acting;
  const { id } = kept.record;
  switch (action) {
    case 'taken':
      return take(acting);
    case 'waited':
      return joinWaitingList(acting);
    case 'not_waited': {
      const writes = [['ZREM', store.keys.taskWaiting(id), me.id] as const];
      return { outcome: 'task_not_waited', checks: [], writes, says: [message(acting, 'done.not_waited')] };
    }
    case 'handed_back': {
      const refusal = handBackRefusal(kept, me.id);
      if (refusal) return refuse(refusal);
      const says = [message(acting, 'done.handed_back', TASK_BUTTONS.all)];
      return { outcome: 'task_handed_back', ...leavePlace(store, id, me.id), says };
    }
    case 'checked_in':
      return checkInAt(given.spot, acting);
    case 'proven':
      return finishTask(given, acting);
    default:
      return refuse('gone');
  }
}

function message({ kept, facts, now }: TaskActionContext, part: string, ...buttons: Buttons): LocalizedMessage {
  return { key: `flows/my-tasks:${part}`, values: taskCard(kept, facts, now), buttons };
}

function refuse(why: TaskRefusal, ...buttons: Buttons): Outcome {
  return noChange(`task_refused:${why}`, refusalOf(why, ...buttons));
}

function refusalOf(why: TaskRefusal, ...buttons: Buttons): LocalizedMessage {
  return { key: `flows/my-tasks:refused.${why}`, buttons: [...buttons, TASK_BUTTONS.all] };
}

function take(acting: TaskActionContext): Outcome {
  const { store, facts, now, kept, me } = acting;
  const { record } = kept;
  const refusal = takeRefusal(kept, me, facts.upcoming, now) ?? visitRefusal(record, facts);
  if (refusal === 'full') return refuseFull(kept);
  if (refusal === 'had') return refuse(refusal, ...TASK_BUTTONS.look(record));
  if (refusal === 'not_fit') return refuse(refusal, TASK_BUTTONS.change);
  if (refusal) return refuse(refusal);
  // Without a reminder to come, the message itself gives the time and the next step.
  const isSoon = record.case !== undefined || nextReminderAt(record) === undefined;
  const next = isSoon ? [TASK_BUTTONS.action(record, 'checked_in')] : [];
  const buttons = [...next, TASK_BUTTONS.action(record, 'handed_back'), TASK_BUTTONS.all];
  const says = [message(acting, `done.${isSoon ? 'taken_now' : 'taken'}`, ...buttons)];
  return { outcome: 'task_taken', ...takePlace(store, kept, me.id, now), says };
}

/** Refuses a tap on a full task. Thousands may come within a second: those who share a read of the task share the message. */
function refuseFull(kept: KeptTask): Outcome {
  const full = FULL.get(kept) ?? { ...refusalOf('full', TASK_BUTTONS.action(kept.record, 'waited')), many: true };
  FULL.set(kept, full);
  return noChange('task_refused:full', full);
}
const FULL = new WeakMap<KeptTask, LocalizedMessage>();

function joinWaitingList(acting: TaskActionContext): Outcome {
  const { store, facts, now, kept, me } = acting;
  const { record } = kept;
  const refusal = takeRefusal(kept, me, facts.upcoming, now);
  // A place is free again: no list is needed.
  if (refusal === undefined) return refuse('gone', ...TASK_BUTTONS.look(record));
  if (refusal !== 'full') return refuse(refusal);
  const says = [message(acting, 'done.waited', TASK_BUTTONS.all)];
  // The old button of a person who waits already: the place in the list stays.
  if (kept.waiting.includes(me.id)) return noChange('task_waited_before', ...says);
  return { outcome: 'task_waited', ...waitForPlace(store, record.id, me.id, now), says };
}

/** Refused proofs of presence that a better one may follow. */
const MAY_FOLLOW: readonly TaskRefusal[] = ['too_far', 'wrong_code', 'code_needed'];

function checkInAt(spot: Spot | null | undefined, acting: TaskActionContext): Outcome {
  const { store, facts, now, kept, me } = acting;
  const { record } = kept;
  const refusal = visitRefusal(record, facts);
  if (refusal) return refuse(refusal);
  const part = checkIn(kept, me.id, checkInProofOf(spot, record, facts.regions), now);
  if (typeof part === 'string') {
    const missed = part === 'wrong_code' ? kept.parts[me.id] : undefined;
    const change = missed && changePart(store, kept, me.id, countWrongCode(missed, now));
    // Another location, or a code, may follow at once.
    const goesOn = { flow: 'my-tasks', answers: { task: record.id, next: 'checked_in' }, facts };
    return {
      ...refuse(part, TASK_BUTTONS.action(record, 'checked_in')),
      ...change,
      ...(MAY_FOLLOW.includes(part) ? { goesOn } : {}),
    };
  }
  const next = record.proof === 'nothing' ? [] : [TASK_BUTTONS.action(record, 'proven')];
  const says = [message(acting, 'done.checked_in', ...next, TASK_BUTTONS.all)];
  return { outcome: 'task_checked_in', ...changePart(store, kept, me.id, part), says };
}

/** Refuses a visit to a case that has moved on, became dangerous, or is the volunteer's own. */
function visitRefusal(task: Task, facts: TasksFacts): TaskRefusal | undefined {
  const { about, categories, follows } = facts;
  if (task.case === undefined) return undefined;
  if (!about || !isVisitNeeded(task, about.record, categories)) return 'gone';
  return hasConflictOfInterest(about.record, visitorOf(facts), follows) ? 'own_case' : undefined;
}

function visitorOf({ pseudonym, grants }: TasksFacts): Visitor {
  return { by: pseudonym, grants };
}

/** Records the proof. The first proof of a visit ends the task for all its takers. */
function finishTask({ photos, words, result }: TaskActionAnswers, acting: TaskActionContext): Outcome {
  const { store, facts, now, kept, me } = acting;
  const { record } = kept;
  const proof: NonNullable<Participation['proof']> = {
    ...(photos?.length ? { photos } : {}),
    ...(words ? { words } : {}),
  };
  const part = submitProof(kept, me.id, proof, now);
  if (typeof part === 'string') return refuse(part, ...(part === 'proof_missing' ? TASK_BUTTONS.look(record) : []));
  const thanks = message(acting, 'done.proven', TASK_BUTTONS.hours, TASK_BUTTONS.all);
  if (record.case === undefined) {
    const { checks, writes } = changePart(store, kept, me.id, part);
    return {
      outcome: 'task_proven',
      checks,
      writes: [...writes, queueEvent(store, `proven ${record.id} ${me.id}`, now)],
      says: [thanks],
    };
  }
  // The evidence is stored in the case only, so the participation gets none.
  const { checks, writes } = changePart(store, kept, me.id, { state: part.state, at: part.at });
  const ended = keepTask(store, { ...record, state: 'ended' }, kept);
  const visit = { visitor: visitorOf(facts), yes: result === 'yes', evidence: proof };
  const caseChange = facts.about && caseChangeAfterVisit(store, record, facts.about, visit, now);
  // Takers who checked in too get the same credit.
  const others = Object.entries(kept.parts).filter(([id, { state }]) => id !== me.id && state === 'checked_in');
  const along = others.flatMap(([id]) => setPart(store, record.id, id as VolunteerId, { state: part.state, at: now }));
  return {
    outcome: caseChange ? 'task_proven' : 'task_proven_late',
    checks: [...checks, ...ended.checks, ...(caseChange?.checks ?? [])],
    writes: [
      ...writes,
      ...along,
      ...ended.writes,
      ...(caseChange?.writes ?? []),
      queueEvent(store, `finished ${record.id} ${me.id}`, now),
    ],
    says: [caseChange ? thanks : { ...thanks, key: 'flows/my-tasks:done.proven_late' }],
  };
}

/** The proof of presence: a code, or the distance from the place. */
function checkInProofOf(shown: Spot | null | undefined, { place }: Task, regions: RegionTree): CheckInProof {
  if (!shown) return { metres: undefined };
  return 'code' in shown ? shown : { metres: metresTo(place, shown.point, regions) };
}
