import { DAY_MS } from '../../calendar.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

/** What a volunteer took on: the tasks with the own part, waiting places, and teams. The code and the organiser of a task are not theirs. */
export type Volunteering = {
  readonly tasks: readonly object[];
  readonly waiting: readonly object[];
  readonly teams: readonly object[];
};

/** Waiting lists of older tasks have been deleted by retention. */
const WAITING_MS = 31 * DAY_MS;

type TaskRecord = { readonly [field: string]: unknown };
const SHOWN = ['id', 'kind', 'state', 'words', 'place', 'from', 'until', 'case'] as const;

/** Loads what a volunteer took on, as stored. */
export async function loadVolunteering(store: Store, volunteer: string, now: number): Promise<Volunteering> {
  const { redis, keys } = store;
  const [taken, recent, teams] = await orStoreAway(
    Promise.all([
      redis.zrange(keys.volunteerTasks(volunteer), 0, '-1'),
      redis.zrange(keys.tasks, String(now - WAITING_MS), '+inf', 'BYSCORE'),
      redis.zrange(keys.teams, 0, '-1'),
    ]),
  );
  const [waits, joined] = await Promise.all([
    scoresOf(store, recent.map(keys.taskWaiting), volunteer),
    scoresOf(store, teams.map(keys.teamMembers), volunteer),
  ]);
  const shown = async (id: string, own: object) => {
    const text = await orStoreAway(redis.hget(keys.task(id), 'record'));
    const record = JSON.parse(text ?? '{}') as TaskRecord; // written by keepTask
    return { ...Object.fromEntries(SHOWN.map((field) => [field, record[field]])), id, ...own };
  };
  const inTask = async (id: string) => {
    const part = await orStoreAway(redis.hget(keys.taskParts(id), volunteer));
    return shown(id, { part: JSON.parse(part ?? '{}') as object }); // written by setPart
  };
  const inTeam = async (id: string, since: number) => {
    const text = await orStoreAway(redis.hget(keys.team(id), 'record'));
    const { name } = JSON.parse(text ?? '{}') as { readonly name?: string }; // written by keepTeam
    return { name, since };
  };
  return {
    tasks: await Promise.all(taken.map(inTask)),
    waiting: await Promise.all(withScores(recent, waits).map(([id, since]) => shown(id, { since }))),
    teams: await Promise.all(withScores(teams, joined).map(([id, since]) => inTeam(id, since))),
  };
}

async function scoresOf({ redis }: Store, lists: readonly string[], member: string) {
  return orStoreAway(Promise.all(lists.map((list) => redis.zscore(list, member))));
}

function withScores(
  ids: readonly string[],
  scores: readonly (string | null)[],
): readonly (readonly [string, number])[] {
  return ids.flatMap((id, i) => {
    const score = scores[i] ?? null;
    return score === null ? [] : [[id, Number(score)] as const];
  });
}
