import type { LocalizedMessage, Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Media } from '../../engine/input.ts';
import type { Spot } from '../../engine/steps/spot.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { FinishContext } from '../../people/talk.ts';
import { metresBetween } from '../../regions/distance.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { news } from '../volunteer/volunteer-store.ts';
import type { Looker } from './case-result.ts';
import { isTheirOwn, isWanted, resultOf } from './case-result.ts';
import type { TasksFacts } from './load-my-tasks.ts';
import type { KeptTask, Participation, Task } from './task.ts';
import { taskCard } from './task-card.ts';
import type { CheckInProof, TaskRefusal } from './task-rules.ts';
import { checkIn, codeMissed, prove, whyNotHandBack, whyNotTake } from './task-rules.ts';
import { changePart, keepTask, leavePlace, setPart, takePlace, waitForPlace } from './task-store.ts';

type TaskDeedAnswers = {
  readonly spot?: Spot | null;
  readonly result?: string | null;
  readonly photos?: readonly Media[] | null;
  readonly words?: Words | null;
  readonly more_words?: Words | null;
};

/** The buttons that lead on from a volunteer's messages. */
export const TASK_BUTTONS = {
  all: { label: 'flows/my-tasks:buttons.all', flow: 'my-tasks', argument: 'all' },
  join: { label: 'flows/my-tasks:buttons.join', flow: 'join-volunteers', argument: 'new' },
  change: { label: 'flows/my-tasks:buttons.change', flow: 'join-volunteers', argument: 'change' },
  hours: { label: 'flows/my-tasks:buttons.hours', flow: 'my-hours', argument: 'all' },
  mediator: { label: 'flows/my-tasks:buttons.mediator', flow: 'ask-mediator', argument: 'new' },
  of: ({ id }: Pick<Task, 'id'>) => [{ label: 'flows/my-tasks:buttons.look', flow: 'my-tasks', argument: id }] as const,
  deed: ({ id }: Pick<Task, 'id'>, deed: 'taken' | 'waited' | 'handed_back' | 'checked_in' | 'proven') =>
    ({ label: `flows/my-tasks:next.options.${deed}`, flow: 'my-tasks', argument: `${id}.${deed}` }) as const,
} as const;

/** Does with a task what a volunteer asked for, as far as it can be done now. */
export function doTask(
  deed: string,
  kept: KeptTask,
  me: Volunteer,
  given: TaskDeedAnswers,
  { store, facts, now }: Pick<FinishContext<TasksFacts>, 'store' | 'facts' | 'now'>,
): Outcome {
  const { record } = kept;
  const { keys } = store;
  const said = (
    key: `flows/my-tasks:${string}`,
    ...buttons: NonNullable<LocalizedMessage['buttons']>
  ): readonly LocalizedMessage[] => [{ key, values: taskCard(kept, facts), buttons }];
  const refused = (why: TaskRefusal, ...buttons: NonNullable<LocalizedMessage['buttons']>) =>
    noChange(`task_refused:${why}`, ...said(`flows/my-tasks:refused.${why}`, ...buttons, TASK_BUTTONS.all));
  switch (deed) {
    case 'taken': {
      const why = whyNotTake(kept, me, facts.own, now) ?? whyNotLook(record, facts);
      // Others were quicker: there is a place in the row for whoever would still come.
      if (why === 'full') return refused(why, TASK_BUTTONS.deed(record, 'waited'));
      if (why)
        return refused(
          why,
          ...(why === 'had' ? TASK_BUTTONS.of(record) : why === 'not_fit' ? [TASK_BUTTONS.change] : []),
        );
      const soon = record.case !== undefined || record.reminded;
      const says = said(
        `flows/my-tasks:done.${soon ? 'taken_now' : 'taken'}`,
        TASK_BUTTONS.deed(record, 'handed_back'),
        TASK_BUTTONS.all,
      );
      return { outcome: 'task_taken', ...takePlace(store, kept, me.id, now), says };
    }
    case 'waited': {
      const why = whyNotTake(kept, me, facts.own, now);
      if (why !== 'full') return why ? refused(why) : refused('gone', ...TASK_BUTTONS.of(record));
      const waiting = waitForPlace(store, record.id, me.id, now);
      return { outcome: 'task_waited', ...waiting, says: said('flows/my-tasks:done.waited', TASK_BUTTONS.all) };
    }
    case 'not_waited': {
      const writes = [['ZREM', keys.taskWaiting(record.id), me.id] as const];
      return { outcome: 'task_not_waited', checks: [], writes, says: said('flows/my-tasks:done.not_waited') };
    }
    case 'handed_back': {
      const why = whyNotHandBack(kept, me.id);
      if (why) return refused(why);
      const says = said('flows/my-tasks:done.handed_back', TASK_BUTTONS.all);
      return { outcome: 'task_handed_back', ...leavePlace(store, record.id, me.id), says };
    }
    case 'checked_in': {
      const gone = whyNotLook(record, facts);
      if (gone) return refused(gone);
      const part = checkIn(kept, me.id, shownBy(given.spot, record, facts.regions), now);
      if (typeof part === 'string') {
        const missed = part === 'wrong_code' ? kept.parts[me.id] : undefined;
        const change = missed && changePart(store, kept, me.id, codeMissed(missed, now));
        return { ...refused(part, TASK_BUTTONS.deed(record, 'checked_in')), ...change };
      }
      const next = record.proof === 'nothing' ? [] : [TASK_BUTTONS.deed(record, 'proven')];
      const says = said('flows/my-tasks:done.checked_in', ...next, TASK_BUTTONS.all);
      return { outcome: 'task_checked_in', ...changePart(store, kept, me.id, part), says };
    }
    case 'proven':
      return proven(kept, me, given, { store, facts, now }, refused);
    default:
      return refused('gone');
  }
}

/** A case that went on without them, became dangerous, or is their own, is not theirs to look at. */
function whyNotLook(task: Task, facts: TasksFacts): TaskRefusal | undefined {
  const { about, categories, follows } = facts;
  if (task.case === undefined) return undefined;
  if (!about || !isWanted(task, about.record, categories)) return 'gone';
  return isTheirOwn(about.record, lookerOf(facts), follows) ? 'own_case' : undefined;
}

function lookerOf({ pseudonym, grants }: TasksFacts): Looker {
  return { by: pseudonym, grants };
}

function proven(
  kept: KeptTask,
  me: Volunteer,
  { photos, words, more_words, result }: TaskDeedAnswers,
  { store, facts, now }: Pick<FinishContext<TasksFacts>, 'store' | 'facts' | 'now'>,
  refused: (why: TaskRefusal, ...buttons: NonNullable<LocalizedMessage['buttons']>) => Outcome,
): Outcome {
  const { record } = kept;
  const said = words ?? more_words ?? undefined;
  const proof: NonNullable<Participation['proof']> = {
    ...(photos?.length ? { photos } : {}),
    ...(said ? { words: said } : {}),
  };
  const part = prove(kept, me.id, proof, now);
  if (typeof part === 'string') return refused(part, ...(part === 'proof_missing' ? TASK_BUTTONS.of(record) : []));
  const values = taskCard(kept, facts);
  const thanks: LocalizedMessage = {
    key: 'flows/my-tasks:done.proven',
    values,
    buttons: [TASK_BUTTONS.hours, TASK_BUTTONS.all],
  };
  if (record.case === undefined) {
    const { checks, writes } = changePart(store, kept, me.id, part);
    return {
      outcome: 'task_proven',
      checks,
      writes: [...writes, news(store, `proven ${record.id} ${me.id}`, now)],
      says: [thanks],
    };
  }
  // What is seen of a case stands in the case, and nowhere else.
  const { checks, writes } = changePart(store, kept, me.id, { state: part.state, at: part.at });
  const ended = keepTask(store, { ...record, state: 'ended' }, kept);
  const flows = facts.about && resultOf(store, record, facts.about, result === 'yes', proof, lookerOf(facts), now);
  // Whoever came along has done as much.
  const others = Object.entries(kept.parts).filter(([id, { state }]) => id !== me.id && state === 'checked_in');
  const along = others.flatMap(([id]) => setPart(store, record.id, id as VolunteerId, { state: part.state, at: now }));
  return {
    outcome: flows ? 'task_proven' : 'task_proven_late',
    checks: [...checks, ...ended.checks, ...(flows?.checks ?? [])],
    writes: [
      ...writes,
      ...along,
      ...ended.writes,
      ...(flows?.writes ?? []),
      news(store, `finished ${record.id} ${me.id}`, now),
    ],
    says: [flows ? thanks : { ...thanks, key: 'flows/my-tasks:done.proven_late' }],
  };
}

/** How far off somebody stood: none within the place's region where no point is known. Both readings of a point count. */
function shownBy(shown: Spot | null | undefined, { place }: Task, regions: RegionTree): CheckInProof {
  if (!shown) return { metres: undefined };
  if ('code' in shown) return shown;
  const readings = [shown.point, ...regions.read(shown.point).flatMap(({ point }) => point ?? [])];
  const metres = readings.map((point) => {
    if (place.point) return metresBetween(place.point, point);
    const at = regions.at(point);
    return place.region !== undefined && at !== undefined && regions.chain(at).includes(place.region) ? 0 : Infinity;
  });
  return { metres: Math.min(...metres) };
}
