import type { Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import type { Team, TeamId } from './team.ts';

/** Loads a team; undefined for a malformed or unknown id. */
export async function loadTeam(store: Store, id: string): Promise<Kept<Team> | undefined> {
  if (!/^team_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Team>(store, [store.keys.team(id)]))[0];
}

/** Loads all teams, the oldest first. */
export async function loadTeams(store: Store): Promise<readonly Kept<Team>[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.teams, 0, '-1'));
  return loadRecords<Team>(store, ids.map(store.keys.team));
}

/** Loads the ids of the teams that a volunteer leads. */
export async function loadTeamsLedBy(store: Store, leader: VolunteerId | undefined): Promise<readonly TeamId[]> {
  if (leader === undefined) return [];
  return (await loadTeams(store)).flatMap(({ record }) => (record.leader === leader ? [record.id] : []));
}

/** Writes a new state of a team. */
export function keepTeam({ keys }: Store, record: Team, before?: Kept<Team>): Change {
  const { checks, writes } = keepRecord(keys.team(record.id), record, before);
  return { checks, writes: [...writes, ['ZADD', keys.teams, record.madeAt, record.id]] };
}

/** Adds a member; the commit fails if the team is full or dissolved. */
export function joinTeam({ keys }: Store, { id, capacity }: Team, volunteer: VolunteerId, now: number): Change {
  const members = keys.teamMembers(id);
  return {
    checks: [
      { key: members, below: capacity },
      { key: keys.teams, holds: id },
    ],
    writes: [['ZADD', members, now, volunteer]],
  };
}

/** Deletes a team and its member list. */
export function dissolveTeam({ keys }: Store, { id }: Team): readonly Write[] {
  return [
    ['DEL', keys.team(id)],
    ['DEL', keys.teamMembers(id)],
    ['ZREM', keys.teams, id],
  ];
}

/** Loads the ids of a team's members, in the order of joining. */
export async function loadMemberIds({ redis, keys }: Store, id: string): Promise<readonly VolunteerId[]> {
  return (await orStoreAway(redis.zrange(keys.teamMembers(id), 0, '-1'))) as VolunteerId[]; // written above
}
