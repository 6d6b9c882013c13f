import { DAY_MS } from '../../calendar.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { KeptTask } from '../../volunteers/tasks/task.ts';
import { loadTasks } from '../../volunteers/tasks/task-store.ts';
import type { Team } from '../../volunteers/teams/team.ts';
import { loadTeams } from '../../volunteers/teams/team-store.ts';
import type { SolvedRows } from './evidence.ts';

/** Fewest members of a team that may be thanked: a smaller one would name its people. */
export const TEAM_MIN = 5;

/** Length of a quarter. */
const QUARTER_MS = 90 * DAY_MS;

/** Loads the teams that may be thanked, by id: with enough members, and no person's name as theirs. */
export async function loadHonouredTeams(store: Store): Promise<ReadonlyMap<string, Team>> {
  const teams = (await loadTeams(store)).map(({ record }) => record);
  const sizes = await orStoreAway(Promise.all(teams.map(({ id }) => store.redis.zcard(store.keys.teamMembers(id)))));
  return new Map(teams.flatMap((team, i) => (mayBeThanked(team, sizes[i] ?? 0) ? [[team.id, team] as const] : [])));
}

/** True for a team of at least five whose name points at no person. */
export function mayBeThanked({ name }: Pick<Team, 'name'>, members: number): boolean {
  return members >= TEAM_MIN && personShield(name) === undefined;
}

/** The tasks of a team that ended in the last quarter and in the one before, and those to which all came that were needed. */
export async function readTeamRows(
  store: Store,
  team: string,
  now: number,
): Promise<{ readonly newer: SolvedRows; readonly older: SolvedRows }> {
  const { redis, keys } = store;
  const ids = await orStoreAway(redis.zrange(keys.tasks, String(now - 2 * QUARTER_MS), String(now), 'BYSCORE'));
  return teamRows(
    (await loadTasks(store, ids)).filter(({ record }) => record.team === team),
    now,
  );
}

/** Rows of tasks by quarter. A cancelled task, and one that is not over, says nothing of the team. */
export function teamRows(
  tasks: readonly KeptTask[],
  now: number,
): { readonly newer: SolvedRows; readonly older: SolvedRows } {
  const between = (from: number, until: number): SolvedRows => {
    const own = tasks.filter(({ record }) => record.state === 'ended' && record.until > from && record.until <= until);
    return { closed: own.map(({ record }) => record.id), solved: own.filter(isStaffed).map(({ record }) => record.id) };
  };
  return { newer: between(now - QUARTER_MS, now), older: between(now - 2 * QUARTER_MS, now - QUARTER_MS) };
}

function isStaffed({ record, parts }: KeptTask): boolean {
  const came = Object.values(parts).filter(({ state }) => state !== 'taken' && state !== 'missed').length;
  return came >= record.needed;
}
