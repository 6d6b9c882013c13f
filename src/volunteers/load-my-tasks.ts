import type { CaseCity } from '../cases/report-flow.ts';
import type { Loading } from '../people/talk.ts';
import { asking } from '../store/store.ts';
import { loadOwn } from './candidates.ts';
import type { CaseOfTask } from './case-result.ts';
import { loadCaseOf } from './case-result.ts';
import type { KeptTask, Task } from './task.ts';
import { whyNot } from './task-life.ts';
import { loadTask, loadTasks, tasksBetween } from './task-store.ts';
import type { Volunteer } from './volunteer.ts';
import type { Kept } from './volunteer-store.ts';
import { volunteerOf } from './volunteer-store.ts';

/** What a volunteer's look at tasks needs from the store. */
export type MyTasks = {
  readonly me: Kept<Volunteer> | undefined;
  /** Theirs first, then those they could take. */
  readonly tasks: readonly KeptTask[];
  /** What they have taken and is still to come. */
  readonly own: readonly Task[];
  /** The case that the chosen task is about. */
  readonly about: CaseOfTask | undefined;
};
export type TasksFacts = CaseCity & MyTasks & { readonly pseudonym: string };
export type TasksAnswers = { readonly task?: string | null; readonly next?: string | null };
export type TasksHere = { readonly facts: TasksFacts; readonly answers: TasksAnswers; readonly now: number };

const LISTED_MAX = 8;
const DAY_MS = 24 * 3600_000;
/** What is offered in the list begins within so many days; the rest comes by itself. */
const AHEAD_MS = 14 * DAY_MS;

export async function loadMyTasks({ store, city, person, standing, now }: Loading<CaseCity>) {
  const pseudonym = store.pseudonym(person.urn);
  const me = await volunteerOf(store, person.urn);
  if (me?.record.state !== 'active') return { pseudonym, me, tasks: [], own: [], about: undefined };
  const { id } = me.record;
  const { task, next } = standing.answers;
  const around = city.regions.chain(me.record.region);
  const [own, near, asked, offered] = await Promise.all([
    loadOwn(store, id, now),
    // Whoever taps under an offer knows which one they mean.
    next === undefined ? tasksBetween(store, around, now, now + AHEAD_MS) : [],
    typeof task === 'string' ? loadTask(store, task) : undefined,
    asking(store.redis.zscore(store.keys.taskOffers(String(task ?? '')), id)),
  ]);
  const mine =
    next === undefined
      ? await loadTasks(
          store,
          own.map((one) => one.id),
        )
      : [];
  const open = near.filter(
    ({ record, takers }) =>
      !takers.includes(id) && takers.length < record.needed && whyNot(record, me.record, own, now) === undefined,
  );
  // Whoever was not asked and does not live there sees nothing of it, however they came by its name.
  const isTheirs = asked && (offered !== null || asked.takers.includes(id) || around.includes(asked.record.region));
  const listed = [...mine, ...open].slice(0, LISTED_MAX);
  const shown = isTheirs ? asked : undefined;
  const all = shown && !listed.some(({ record }) => record.id === shown.record.id) ? [...listed, shown] : listed;
  return { pseudonym, me, tasks: all, own, about: shown && (await loadCaseOf(store, shown.record)) };
}

/** The task that a volunteer has chosen. */
export function chosenTask({ facts: { tasks }, answers }: Pick<TasksHere, 'facts' | 'answers'>): KeptTask | undefined {
  return tasks.find(({ record }) => record.id === answers.task);
}
