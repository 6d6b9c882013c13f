import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { FinishContext } from '../../people/talk.ts';
import type { Write } from '../../store/commit.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import { joinChanges, NO_CHANGE } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { TeamId } from '../teams/team.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { queueEvent } from '../volunteer/volunteer-store.ts';
import type { KeptTask } from './task.ts';
import { taskCard } from './task-card.ts';
import { confirmProofs } from './task-rules.ts';
import { cancelTask, changePart, keepTask } from './task-store.ts';

/** The tasks and people that an organiser or team leader sees. */
export type TaskBoardFacts = City & {
  readonly grants: readonly Grant[];
  readonly myId: VolunteerId | undefined;
  /** The teams that this person leads. */
  readonly leads: readonly TeamId[];
  readonly tasks: readonly KeptTask[];
  /** The takers of the chosen task. */
  readonly people: readonly Volunteer[];
  /** Confirmed work in the person's regions and teams within four weeks. */
  readonly done: { readonly tasks: number; readonly people: number; readonly hours: number };
};
/** The chosen task and action. */
export type TaskBoardAnswers = {
  readonly task?: string | null;
  readonly next?: string | null;
  readonly sure?: boolean | null;
};
/** A moment of the talk. */
export type TaskBoardContext = {
  readonly facts: TaskBoardFacts;
  readonly answers: TaskBoardAnswers;
  readonly now: number;
};

/** Lists the actions on the chosen task that are possible now. */
export function boardActions({ facts, answers, now }: TaskBoardContext): readonly string[] {
  const kept = chosenBoardTask({ facts, answers });
  if (!kept) return [];
  const { record, takers, parts } = kept;
  const states = Object.values(parts).map(({ state }) => state);
  const open = record.state === 'open' && record.until > now;
  const proven = Object.values(parts).some(({ state, proof }) => state === 'proven' && proof);
  const hasPhones = facts.people.some(({ phone }) => phone !== undefined);
  // Organisers of the place call; the leader of a team does not, also not with a role elsewhere.
  const mayCall = anyGrantCovers(facts.grants, record.region, facts.regions);
  return [
    ...(proven ? ['proofs_shown'] : []),
    ...(states.includes('proven') ? ['confirmed'] : []),
    ...(open && record.case === undefined ? ['code_shown'] : []),
    ...(open && !record.urged && states.includes('taken') ? ['urged'] : []),
    ...(open && hasPhones && takers.length > 0 && mayCall ? ['phones_shown'] : []),
    ...(open ? ['cancelled'] : []),
  ];
}

/** Carries out an action on a task; the caller has checked that it is possible. */
export function carryOutBoardAction(
  action: string,
  kept: KeptTask,
  { store, facts, now }: FinishContext<TaskBoardFacts>,
): Outcome {
  const { record } = kept;
  const { id } = record;
  const said = (values: Readonly<Record<string, Value>> = {}): LocalizedMessage => ({
    key: `flows/task-board:done.${action}`,
    values: { ...taskCard(kept, facts, now), ...values },
    buttons: againButtons(kept),
  });
  const done = ({ checks, writes }: Change, events: readonly Write[], message: LocalizedMessage): Outcome => ({
    outcome: `task_${action}`,
    checks,
    writes: [...writes, ...events],
    says: [message],
  });
  switch (action) {
    case 'urged':
      return done(keepTask(store, { ...record, urged: true }, kept), [queueEvent(store, `urged ${id} -`, now)], said());
    case 'cancelled':
      return done(cancelTask(store, kept, now), [], said());
    case 'confirmed': {
      // A leader who took part cannot confirm their own work.
      const others = confirmProofs(kept, now).filter(([who]) => who !== facts.myId);
      const changes = others.map(([who, part]) => changePart(store, kept, who, part));
      const events = others.map(([who]) => queueEvent(store, `confirmed ${id} ${who}`, now));
      return done(joinChanges(changes), events, said({ n: others.length }));
    }
    case 'code_shown':
      return noChange('task_code_shown', said({ code: record.code }));
    case 'phones_shown': {
      const lines = phoneLines(facts.people, store);
      // Each volunteer is notified that their phone number was looked up.
      const shown = facts.people.filter(({ phone }) => phone);
      const events = shown.map((one) => queueEvent(store, `phone_seen ${id} ${one.id}`, now));
      return done(NO_CHANGE, events, said({ list: { list: lines } }));
    }
    case 'proofs_shown':
      return noChange('task_proofs_shown', ...proofMessages(kept, facts.people), said());
    default:
      return noChange('task_refused', { key: 'flows/task-board:not_now', buttons: againButtons(kept) });
  }
}

function phoneLines(people: readonly Volunteer[], store: Store): readonly Value[] {
  return people.flatMap(({ id, called, phone: sealed }): readonly Value[] => {
    const phone = sealed === undefined ? undefined : store.unseal(sealed, id);
    return phone === undefined ? [] : [{ key: 'flows/task-board:phone', values: { called, phone } }];
  });
}

/** Shows each proof with the name that the volunteer goes by. */
function proofMessages({ parts }: KeptTask, people: readonly Volunteer[]): readonly LocalizedMessage[] {
  return people.flatMap(({ id, called }): readonly LocalizedMessage[] => {
    const { photos = [], words } = parts[id]?.proof ?? {};
    const values = { called, words: words ? { words } : { key: 'common:skipped' as const } };
    const shown = photos.map(({ file }): LocalizedMessage => ({ key: 'flows/task-board:proof', values, photo: file }));
    return photos.length > 0 || !words ? shown : [{ key: 'flows/task-board:proof', values }];
  });
}

/** The task chosen on the board. */
export function chosenBoardTask({ facts, answers }: Pick<TaskBoardContext, 'facts' | 'answers'>): KeptTask | undefined {
  return facts.tasks.find(({ record }) => record.id === answers.task);
}

/** The button back to a task on the board. */
export function againButtons({ record }: KeptTask): NonNullable<LocalizedMessage['buttons']> {
  return [{ label: 'flows/task-board:again', flow: 'task-board', argument: record.id }];
}
