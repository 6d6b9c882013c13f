import { DAY_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { Grant } from '../../people/role.ts';
import { anyReaches } from '../../people/role.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Change } from '../../store/versioned-record.ts';
import type { TeamId } from '../teams/team.ts';
import { teamsLedBy } from '../teams/team-store.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { organising } from '../volunteer/volunteer.ts';
import { loadVolunteers, news, volunteerOf } from '../volunteer/volunteer-store.ts';
import type { KeptTask } from './task.ts';
import { listedTask, taskCard } from './task-card.ts';
import { confirmed, hoursOf } from './task-rules.ts';
import { changePart, keepTask, loadTask, loadTasks } from './task-store.ts';

type TaskBoardFacts = City & {
  readonly grants: readonly Grant[];
  readonly myId: VolunteerId | undefined;
  /** The teams that they lead. */
  readonly leads: readonly TeamId[];
  readonly tasks: readonly KeptTask[];
  /** Those who took the chosen one. */
  readonly people: readonly Volunteer[];
  /** What was done on their ground within four weeks. */
  readonly done: { readonly tasks: number; readonly people: number; readonly hours: number };
};
type TaskBoardAnswers = {
  readonly task?: string | null;
  readonly next?: string | null;
  readonly sure?: boolean | null;
};
type TaskBoardContext = { readonly facts: TaskBoardFacts; readonly answers: TaskBoardAnswers; readonly now: number };

const LISTED_MAX = 12;

/** Organisers, and those who lead a team, see how tasks stand; they remind, say yes to what was done, call off. */
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
      options: (here) => [...deedsFor(here).map((id) => ({ id })), ...stopping(here)],
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
    const grants = organising(person.contact?.grants ?? []);
    const me = await volunteerOf(store, person.urn);
    const leads = await teamsLedBy(store, me?.record.id);
    const mine = ({ record }: KeptTask) =>
      (record.team !== undefined && leads.some((team) => team === record.team)) ||
      anyReaches(grants, record.region, city.regions);
    const span = [store.keys.tasks, String(now - 28 * DAY_MS), String(now + 30 * DAY_MS), 'BYSCORE'] as const;
    const all = (await loadTasks(store, await orStoreAway(store.redis.zrange(...span)))).filter(mine);
    const { task } = position.answers;
    const asked = typeof task === 'string' ? await loadTask(store, task) : undefined;
    const shown = asked && mine(asked) ? asked : undefined;
    const coming = all.filter(({ record }) => record.state === 'open' || record.until > now - 2 * DAY_MS);
    const tasks = shown ? [shown, ...coming.filter(({ record }) => record.id !== shown.record.id)] : coming;
    const people = shown ? (await loadVolunteers(store, shown.takers)).map(({ record }) => record) : [];
    return { myId: me?.record.id, grants, leads, tasks, people, done: doneOf(all) };
  },
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  closed: ({ grants, leads }) => (grants.length + leads.length === 0 ? { key: 'flows/give-task:not_you' } : undefined),
  opens: (argument) => (argument === 'all' ? {} : { task: argument }),
  finish: (answers, finishing) => {
    const { facts, now } = finishing;
    if (answers.task === 'sums') return noChange('tasks_summed', { key: 'flows/task-board:sums', values: facts.done });
    const leading = LEADING[answers.task ?? ''];
    if (leading) return noChange('tasks_seen', { key: `flows/task-board:${leading.key}`, buttons: [leading.button] });
    const kept = chosen({ facts, answers });
    const deed = answers.next;
    if (!kept || !deed || (deed === 'cancelled' && answers.sure !== true))
      return noChange('tasks_seen', { key: 'common:closed' });
    if (!deedsFor({ facts, answers, now }).includes(deed))
      return noChange('task_refused', { key: 'flows/task-board:not_now', buttons: again(kept) });
    return carryOut(deed, kept, finishing);
  },
});

const LEADING: Readonly<
  Record<string, { readonly key: string; readonly button: NonNullable<LocalizedMessage['buttons']>[number] }>
> = {
  new: { key: 'give', button: { label: 'common:buttons.give-task', flow: 'give-task', argument: 'new' } },
  volunteers: {
    key: 'review',
    button: { label: 'common:buttons.review-volunteers', flow: 'review-volunteers', argument: 'all' },
  },
  teams: { key: 'teams', button: { label: 'common:buttons.my-teams', flow: 'my-teams', argument: 'all' } },
};

function deedsFor({ facts, answers, now }: TaskBoardContext): readonly string[] {
  const kept = chosen({ facts, answers });
  if (!kept) return [];
  const { record, takers, parts } = kept;
  const states = Object.values(parts).map(({ state }) => state);
  const open = record.state === 'open' && record.until > now;
  const proven = Object.values(parts).some(({ state, proof }) => state === 'proven' && proof);
  const called = facts.people.some(({ phone }) => phone !== undefined);
  return [
    ...(proven ? ['proofs_shown'] : []),
    ...(states.includes('proven') ? ['confirmed'] : []),
    ...(open && record.case === undefined ? ['code_shown'] : []),
    ...(open && !record.urged && states.includes('taken') ? ['urged'] : []),
    ...(open && called && takers.length > 0 && facts.grants.length > 0 ? ['phones_shown'] : []),
    ...(open ? ['cancelled'] : []),
  ];
}

/** Whether one that repeats shall still do so is asked in a talk of its own. */
function stopping(here: TaskBoardContext) {
  const plan = chosen(here)?.record.plan;
  return plan === undefined ? [] : [{ id: 'plan_stopped', opens: { flow: 'stop-plan', argument: plan } }];
}

function carryOut(deed: string, kept: KeptTask, { store, facts, now }: FinishContext<TaskBoardFacts>): Outcome {
  const { record } = kept;
  const id = record.id;
  const done = (change: Change, ...says: readonly LocalizedMessage[]): Outcome => ({
    outcome: `task_${deed}`,
    ...change,
    says,
  });
  const said = (values: Readonly<Record<string, Value>> = {}): LocalizedMessage => ({
    key: `flows/task-board:done.${deed}`,
    values: { ...taskCard(kept, facts), ...values },
    buttons: again(kept),
  });
  switch (deed) {
    case 'urged': {
      const { checks, writes } = keepTask(store, { ...record, urged: true }, kept);
      return done({ checks, writes: [...writes, news(store, `urged ${id} -`, now)] }, said());
    }
    case 'cancelled': {
      const { checks, writes } = keepTask(store, { ...record, state: 'cancelled' }, kept);
      return done({ checks, writes: [...writes, news(store, `cancelled ${id} -`, now)] }, said());
    }
    case 'confirmed': {
      // Nobody says yes to their own.
      const yes = confirmed(kept, now).filter(([who]) => who !== facts.myId);
      const changes = yes.map(([who, part]) => changePart(store, kept, who, part));
      const told = yes.map(([who]) => news(store, `confirmed ${id} ${who}`, now));
      const change = {
        checks: changes.flatMap((one) => one.checks),
        writes: [...changes.flatMap((one) => one.writes), ...told],
      };
      return done(change, said({ n: yes.length }));
    }
    case 'code_shown':
      return noChange('task_code_shown', said({ code: record.code }));
    case 'phones_shown': {
      const lines = facts.people.flatMap((one): readonly Value[] => {
        const phone = one.phone === undefined ? undefined : store.unseal(one.phone, one.id);
        return phone === undefined ? [] : [{ key: 'flows/task-board:phone', values: { called: one.called, phone } }];
      });
      // Whoever is looked up hears so.
      const told = facts.people.flatMap((one) => (one.phone ? [news(store, `phone_seen ${id} ${one.id}`, now)] : []));
      return done({ checks: [], writes: told }, said({ list: { list: lines } }));
    }
    case 'proofs_shown':
      return noChange('task_proofs_shown', ...proofsOf(kept, facts.people), said());
    default:
      return noChange('task_refused', { key: 'flows/task-board:not_now', buttons: again(kept) });
  }
}

/** What was brought as proof, each with what its bearer is called. */
function proofsOf({ parts }: KeptTask, people: readonly Volunteer[]): readonly LocalizedMessage[] {
  return people.flatMap(({ id, called }): readonly LocalizedMessage[] => {
    const { photos = [], words } = parts[id]?.proof ?? {};
    const values = { called, words: words ? { words } : { key: 'common:skipped' as const } };
    const shown = photos.map(({ file }): LocalizedMessage => ({ key: 'flows/task-board:proof', values, photo: file }));
    return photos.length > 0 || !words ? shown : [{ key: 'flows/task-board:proof', values }];
  });
}

function chosen({ facts, answers }: Pick<TaskBoardContext, 'facts' | 'answers'>): KeptTask | undefined {
  return facts.tasks.find(({ record }) => record.id === answers.task);
}

/** How many have a place, came and showed what they did. Who did not come is nobody's to see. */
function boardCard({ facts, answers }: TaskBoardContext): Readonly<Record<string, Value>> {
  const kept = chosen({ facts, answers });
  if (!kept) return {};
  const count = (...states: readonly string[]) =>
    Object.values(kept.parts).filter(({ state }) => states.includes(state)).length;
  return {
    ...taskCard(kept, facts),
    waiting: kept.waiting.length,
    came: count('checked_in', 'proven', 'confirmed'),
    proven: count('proven', 'confirmed'),
    names: facts.people.length > 0 ? { joined: facts.people.map(({ called }) => called) } : { key: 'common:skipped' },
  };
}

function boardName(kept: KeptTask, facts: TaskBoardFacts) {
  const { record, takers } = kept;
  const names = Object.entries(listedTask(kept, facts));
  return Object.fromEntries(names.map(([language, name]) => [language, `${name} ${takers.length}/${record.needed}`]));
}

function again({ record }: KeptTask): NonNullable<LocalizedMessage['buttons']> {
  return [{ label: 'flows/task-board:again', flow: 'task-board', argument: record.id }];
}

/** Sums, never persons: how many tasks were done, how often somebody came, and for how long. */
function doneOf(all: readonly KeptTask[]) {
  const came = all.map(({ record, parts }) => ({
    record,
    n: Object.values(parts).filter(({ state }) => state === 'confirmed').length,
  }));
  return {
    tasks: came.filter(({ n }) => n > 0).length,
    people: came.reduce((sum, { n }) => sum + n, 0),
    hours: Math.round(came.reduce((sum, { record, n }) => sum + n * hoursOf(record), 0)),
  };
}
