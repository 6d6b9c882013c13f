import { DAY_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadTeamsLedBy } from '../teams/team-store.ts';
import { ORGANISER_ROLES, organiserGrants } from '../volunteer/volunteer.ts';
import { loadVolunteerOf, loadVolunteers } from '../volunteer/volunteer-store.ts';
import type { KeptTask } from './task.ts';
import { CAME } from './task.ts';
import type { TaskBoardContext, TaskBoardFacts } from './task-board-actions.ts';
import { againButtons, boardActions, carryOutBoardAction, chosenBoardTask } from './task-board-actions.ts';
import { listedTaskName, taskCard } from './task-card.ts';
import { taskHours } from './task-rules.ts';
import { loadTask, loadTasks } from './task-store.ts';

const LISTED_MAX = 12;

/** Organisers and team leaders see the state of tasks, remind takers, confirm proofs, and cancel. */
export const taskBoard = flow<TaskBoardFacts>({ id: 'task-board', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'task',
    choice({
      options: ({ facts }) => [
        ...facts.tasks.slice(0, LISTED_MAX).map((kept) => ({ id: kept.record.id, name: boardName(kept, facts) })),
        ...(facts.grants.length > 0 ? ['new', 'volunteers', 'teams'].map((id) => ({ id })) : []),
        { id: 'sums' },
      ],
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      relevant: ({ answers }) => (answers.task ?? '').startsWith('task_'),
      options: (here) => [...boardActions(here).map((id) => ({ id })), ...stopPlanOption(here)],
      values: (here) => boardCard(here),
      resets: ['sure'],
    }),
  )
  .step('sure', confirm({ relevant: ({ answers }) => answers.next === 'cancelled', values: (here) => boardCard(here) }))
  .end();

export const taskBoardTalk = talk({
  flow: taskBoard,
  loadsBy: ['task'],
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const grants = organiserGrants(person.contact?.grants ?? []);
    const me = await loadVolunteerOf(store, person.urn);
    const leads = await loadTeamsLedBy(store, me?.record.id);
    const isMine = ({ record }: KeptTask) =>
      (record.team !== undefined && leads.some((team) => team === record.team)) ||
      anyGrantCovers(grants, record.region, city.regions);
    const span = [store.keys.tasks, String(now - 28 * DAY_MS), '+inf', 'BYSCORE'] as const;
    const all = (await loadTasks(store, await orStoreAway(store.redis.zrange(...span)))).filter(isMine);
    const { task } = position.answers;
    const asked = typeof task === 'string' ? await loadTask(store, task) : undefined;
    const shown = asked && isMine(asked) ? asked : undefined;
    // What is over is opened from its news, or in the console.
    const coming = all.filter(({ record }) => record.state === 'open' && record.until > now);
    const tasks = shown ? [shown, ...coming.filter(({ record }) => record.id !== shown.record.id)] : coming;
    const people = shown ? (await loadVolunteers(store, shown.takers)).map(({ record }) => record) : [];
    return { myId: me?.record.id, grants, leads, tasks, people, done: sumConfirmed(all) };
  },
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  menuOf: ORGANISER_ROLES,
  closed: ({ grants, leads }) => (grants.length + leads.length === 0 ? { key: 'flows/give-task:not_you' } : undefined),
  opens: (argument) => (argument === 'all' ? {} : { task: argument }),
  finish: (answers, finishing) => {
    const { facts, now } = finishing;
    if (answers.task === 'sums') return noChange('tasks_summed', { key: 'flows/task-board:sums', values: facts.done });
    const link = LINKS[answers.task ?? ''];
    if (link) return noChange('tasks_seen', { key: `flows/task-board:${link.key}`, buttons: [link.button] });
    const kept = chosenBoardTask({ facts, answers });
    const action = answers.next;
    if (!kept || !action || (action === 'cancelled' && answers.sure !== true))
      return noChange('tasks_seen', { key: 'common:closed' });
    if (!boardActions({ facts, answers, now }).includes(action))
      return noChange('task_refused', { key: 'flows/task-board:not_now', buttons: againButtons(kept) });
    return carryOutBoardAction(action, kept, finishing);
  },
});

/** Entries of the board that lead to other talks. */
const LINKS: Readonly<
  Record<string, { readonly key: string; readonly button: NonNullable<LocalizedMessage['buttons']>[number] }>
> = {
  new: { key: 'give', button: { label: 'common:buttons.give-task', flow: 'give-task', argument: 'new' } },
  volunteers: {
    key: 'review',
    button: { label: 'common:buttons.review-volunteers', flow: 'review-volunteers', argument: 'all' },
  },
  teams: { key: 'teams', button: { label: 'common:buttons.my-teams', flow: 'my-teams', argument: 'all' } },
};

/** For a task of a repeating plan: the option that opens the talk to stop it. */
function stopPlanOption(here: TaskBoardContext) {
  const plan = chosenBoardTask(here)?.record.plan;
  return plan === undefined ? [] : [{ id: 'plan_stopped', opens: { flow: 'stop-plan', argument: plan } }];
}

/** Counts places, check-ins and proofs. Absences are shown to the volunteer alone, so no count reveals them. */
function boardCard({ facts, answers, now }: TaskBoardContext): Readonly<Record<string, Value>> {
  const kept = chosenBoardTask({ facts, answers });
  if (!kept) return {};
  const count = (...states: readonly string[]) =>
    Object.values(kept.parts).filter(({ state }) => states.includes(state)).length;
  return {
    ...taskCard(kept, facts, now),
    waiting: kept.waiting.length,
    came: count(...CAME),
    proven: count('proven', 'confirmed'),
    names: facts.people.length > 0 ? { joined: facts.people.map(({ called }) => called) } : { key: 'common:skipped' },
  };
}

function boardName(kept: KeptTask, facts: TaskBoardFacts) {
  const { record, takers } = kept;
  const names = Object.entries(listedTaskName(kept, facts));
  return Object.fromEntries(names.map(([language, name]) => [language, `${name} ${takers.length}/${record.needed}`]));
}

/** Sums tasks, participations and hours; no figure is tied to a person. */
function sumConfirmed(all: readonly KeptTask[]) {
  const came = all.map(({ record, parts }) => ({
    record,
    n: Object.values(parts).filter(({ state }) => state === 'confirmed').length,
  }));
  return {
    tasks: came.filter(({ n }) => n > 0).length,
    people: came.reduce((sum, { n }) => sum + n, 0),
    hours: Math.round(came.reduce((sum, { record, n }) => sum + n * taskHours(record), 0)),
  };
}
