import { DAY_MS } from '../../calendar.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import type { City } from '../../city/city.ts';
import type { Grant } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { loadVolunteerOf } from '../volunteer/volunteer-store.ts';
import { loadTakenTasks } from './candidates.ts';
import { loadTaskCase } from './case-result.ts';
import type { KeptTask, Task } from './task.ts';
import { eligibilityRefusal } from './task-rules.ts';
import { loadTask, loadTasks, loadTasksBetween } from './task-store.ts';

/** The tasks that a volunteer sees, and the data behind them. */
export type MyTasks = {
  readonly me: Kept<Volunteer> | undefined;
  /** Taken tasks first, then those that the volunteer could take. */
  readonly tasks: readonly KeptTask[];
  /** Tasks taken that are not over. */
  readonly upcoming: readonly Task[];
  /** The case of the chosen task. */
  readonly about: Kept<HazardCase> | undefined;
  /** True if the volunteer reported or follows that case. */
  readonly follows: boolean;
};
type LoadedTasks = MyTasks & {
  readonly pseudonym: string;
  readonly grants: readonly Grant[];
  /** The task and action of the button that opened the talk. */
  readonly wanted: TasksAnswers;
};
export type TasksFacts = City & LoadedTasks;
export type TasksAnswers = { readonly task?: string | null; readonly next?: string | null };
export type TasksHere = { readonly facts: TasksFacts; readonly answers: TasksAnswers; readonly now: number };

const LISTED_MAX = 8;
/** The list offers tasks that begin within this time; later ones arrive as offers. */
const AHEAD_MS = 14 * DAY_MS;

/** Loads the tasks that a volunteer may see. */
export async function loadMyTasks({ store, city, person, position, now }: LoadContext): Promise<LoadedTasks> {
  const { redis, keys } = store;
  const head = {
    pseudonym: store.pseudonym(person.urn),
    grants: person.contact?.grants ?? [],
    wanted: position.answers,
  };
  const { task, next } = position.answers;
  // Most persons' records hold the right id of their volunteer record, so nothing waits for that record.
  const known = person.volunteer as VolunteerId | undefined;
  const [me, ofKnown, asked] = await Promise.all([
    loadVolunteerOf(store, person.urn, known),
    known ? loadTakenTasks(store, known, now) : [],
    typeof task === 'string' ? loadTask(store, task) : undefined,
  ]);
  if (!me) return { ...head, me, tasks: [], upcoming: [], about: undefined, follows: false };
  const { id } = me.record;
  const around = city.regions.chain(me.record.region);
  // A button names its task, so no list is needed. A volunteer who is not active sees taken tasks only.
  const listing = next === undefined && me.record.state === 'active';
  const taken = id === known ? ofKnown : await loadTakenTasks(store, id, now);
  const upcoming = taken.filter(({ until }) => until > now);
  const near = listing ? await loadTasksBetween(store, around, now - DAY_MS, now + AHEAD_MS) : [];
  const mine =
    next === undefined
      ? await loadTasks(
          store,
          taken.map((one) => one.id),
        )
      : [];
  const open = near.filter(
    ({ record, takers }) =>
      !takers.includes(id) &&
      takers.length < record.needed &&
      eligibilityRefusal(record, me.record, upcoming, now) === undefined,
  );
  // A forged or forwarded id shows nothing to a volunteer who got no offer and lives elsewhere.
  const mayTake = async ({ record }: KeptTask) =>
    (around.includes(record.region) || (await isOffered(store, record, id))) && (await isTeamOpenTo(store, record, id));
  const shown = asked && (asked.takers.includes(id) || (await mayTake(asked))) ? asked : undefined;
  const openToMe = await Promise.all(open.map(({ record }) => isTeamOpenTo(store, record, id)));
  const listed = [...mine, ...open.filter((_, i) => openToMe[i])].slice(0, LISTED_MAX);
  const all = shown && !listed.some(({ record }) => record.id === shown.record.id) ? [...listed, shown] : listed;
  const about = shown && (await loadTaskCase(store, shown.record));
  const follows = about
    ? (await orStoreAway(redis.zscore(keys.caseFollowers(about.record.id), person.urn))) !== null
    : false;
  return { ...head, me, tasks: all, upcoming, about, follows };
}

async function isOffered({ redis, keys }: Store, task: Task, id: VolunteerId): Promise<boolean> {
  return (await orStoreAway(redis.zscore(keys.taskOffers(task.id), id))) !== null;
}

/** True unless the task belongs to a team without this volunteer. */
async function isTeamOpenTo({ redis, keys }: Store, { team }: Task, id: VolunteerId): Promise<boolean> {
  return team === undefined || (await orStoreAway(redis.zscore(keys.teamMembers(team), id))) !== null;
}

/** The task that the volunteer has chosen in the talk. */
export function chosenTask({ facts: { tasks }, answers }: Pick<TasksHere, 'facts' | 'answers'>): KeptTask | undefined {
  return tasks.find(({ record }) => record.id === answers.task);
}
