import { DAY_MS } from '../../calendar.ts';
import type { KeptCase } from '../../cases/case-store.ts';
import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Kept } from '../../store/versioned-record.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { volunteerOf } from '../volunteer/volunteer-store.ts';
import { loadOwn } from './candidates.ts';
import { loadCaseOf } from './case-result.ts';
import type { KeptTask, Task } from './task.ts';
import { whyNot } from './task-rules.ts';
import { loadTask, loadTasks, tasksBetween } from './task-store.ts';

/** What a volunteer's look at tasks needs from the store. */
export type MyTasks = {
  readonly me: Kept<Volunteer> | undefined;
  /** Theirs first, then those they could take. */
  readonly tasks: readonly KeptTask[];
  /** What they have taken and is still to come. */
  readonly own: readonly Task[];
  /** The case that the chosen task is about, and whether it is one that they reported or follow. */
  readonly about: KeptCase | undefined;
  readonly follows: boolean;
};
type LoadedTasks = MyTasks & {
  readonly pseudonym: string;
  readonly grants: readonly Grant[];
  /** What a button under a message asked for. */
  readonly wanted: TasksAnswers;
};
export type TasksFacts = City & LoadedTasks;
export type TasksAnswers = { readonly task?: string | null; readonly next?: string | null };
export type TasksHere = { readonly facts: TasksFacts; readonly answers: TasksAnswers; readonly now: number };

const LISTED_MAX = 8;
/** What is offered in the list begins within so many days; the rest comes by itself. */
const AHEAD_MS = 14 * DAY_MS;

export async function loadMyTasks({ store, city, person, position, now }: LoadContext): Promise<LoadedTasks> {
  const { redis, keys } = store;
  const head = {
    pseudonym: store.pseudonym(person.urn),
    grants: person.contact?.grants ?? [],
    wanted: position.answers,
  };
  const me = await volunteerOf(store, person.urn);
  if (!me) return { ...head, me, tasks: [], own: [], about: undefined, follows: false };
  const { id } = me.record;
  const { task, next } = position.answers;
  const around = city.regions.chain(me.record.region);
  // Whoever tapped under an offer knows which one they mean; who is not taken in sees what they had, and no more.
  const listing = next === undefined && me.record.state === 'active';
  const [own, near, asked, offered] = await Promise.all([
    loadOwn(store, id, now),
    listing ? tasksBetween(store, around, now - DAY_MS, now + AHEAD_MS) : [],
    typeof task === 'string' ? loadTask(store, task) : undefined,
    orStoreAway(redis.zscore(keys.taskOffers(String(task ?? '')), id)),
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
  const isNear = asked !== undefined && (offered !== null || around.includes(asked.record.region));
  const shown =
    asked && (asked.takers.includes(id) || (isNear && (await isForMe(store, asked.record, id)))) ? asked : undefined;
  const forMe = await Promise.all(open.map(({ record }) => isForMe(store, record, id)));
  const listed = [...mine, ...open.filter((_, i) => forMe[i])].slice(0, LISTED_MAX);
  const all = shown && !listed.some(({ record }) => record.id === shown.record.id) ? [...listed, shown] : listed;
  const about = shown && (await loadCaseOf(store, shown.record));
  const follows = about
    ? (await orStoreAway(redis.zscore(keys.caseFollowers(about.record.id), person.urn))) !== null
    : false;
  return { ...head, me, tasks: all, own, about, follows };
}

/** What is a team's is its members' alone. */
async function isForMe({ redis, keys }: Store, { team }: Task, id: VolunteerId): Promise<boolean> {
  return team === undefined || (await orStoreAway(redis.zscore(keys.teamMembers(team), id))) !== null;
}

/** The task that a volunteer has chosen. */
export function chosenTask({ facts: { tasks }, answers }: Pick<TasksHere, 'facts' | 'answers'>): KeptTask | undefined {
  return tasks.find(({ record }) => record.id === answers.task);
}
