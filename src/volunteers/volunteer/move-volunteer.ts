import { DAY_MS } from '../../calendar.ts';
import type { MovePast } from '../../people/link/move-past.ts';
import type { Check, Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { joinChanges, NO_CHANGE } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { moveMediations } from '../mediation/move-mediations.ts';
import type { KeptTask, Participation } from '../tasks/task.ts';
import { PARTICIPATION_STATES } from '../tasks/task.ts';
import { advanceClockEpoch, loadTasks, setPart } from '../tasks/task-store.ts';
import { keepTeam, loadTeams } from '../teams/team-store.ts';
import type { Volunteer, VolunteerId } from './volunteer.ts';
import { keepVolunteer, loadVolunteerOf, removeVolunteer } from './volunteer-store.ts';

/** Offers and waiting lists of older tasks have been deleted by retention. */
const RECENT_MS = 31 * DAY_MS;

/**
 * Moves a volunteer record with its mediations. Of two records the active one stays, else that at `to`; it takes over the
 * tasks, teams and hours of the other. A task that both took counts once.
 */
export const moveVolunteer: MovePast = async (store, { from, to, now }) => {
  const [moved, own] = await Promise.all([loadVolunteerOf(store, from), loadVolunteerOf(store, to)]);
  if (!moved) return moveMediations(store, { from, to, volunteer: own?.record.id, now });
  const keepsMoved = !own || (own.record.state !== 'active' && moved.record.state === 'active');
  const [stays, goes] = keepsMoved ? [moved, own] : [own, moved];
  const changes = [goes ? await takeOver(store, stays.record.id, goes, now) : NO_CHANGE];
  const mediations = await moveMediations(store, {
    from,
    to,
    volunteer: stays.record.id,
    ...(goes ? { former: goes.record.id } : {}),
    now,
  });
  return joinChanges([...changes, keepUnder(store, stays, goes?.record, from, to), mediations]);
};

/** Writes the staying record under the person's Urn. */
function keepUnder(
  store: Store,
  stays: Kept<Volunteer>,
  goes: Volunteer | undefined,
  from: Volunteer['urn'],
  to: Volunteer['urn'],
): Change {
  const { keys } = store;
  const { certificate } = goes ?? {};
  const record: Volunteer = {
    ...(certificate === undefined ? {} : { certificate }),
    ...stays.record,
    urn: to,
    // The rules for the young protect, so they win.
    ...(goes?.age === 'youth' ? { age: 'youth' } : {}),
  };
  const { checks, writes } = keepVolunteer(store, record, stays);
  return {
    checks,
    writes: [
      ['DEL', keys.volunteerOf(from)],
      ['HDEL', keys.volunteers, from],
      ['SET', keys.volunteerOf(to), record.id],
      ['HSET', keys.person(to), 'volunteer', record.id],
      ...writes,
    ],
  };
}

/** Gives the tasks, waiting places and teams of one record to another, and deletes the record. */
async function takeOver(store: Store, to: VolunteerId, goes: Kept<Volunteer>, now: number): Promise<Change> {
  const { redis, keys } = store;
  const from = goes.record.id;
  const [taken, recent, teams] = await Promise.all([
    orStoreAway(redis.zrange(keys.volunteerTasks(from), 0, '-1')).then((ids) => loadTasks(store, ids)),
    orStoreAway(redis.zrange(keys.tasks, String(now - RECENT_MS), '+inf', 'BYSCORE')).then((ids) =>
      loadTasks(store, ids),
    ),
    loadTeams(store),
  ]);
  const members = await orStoreAway(
    Promise.all(
      teams.map(({ record }) => Promise.all([from, to].map((id) => redis.zscore(keys.teamMembers(record.id), id)))),
    ),
  );
  const writes: Write[] = [];
  const checks: Check[] = [];
  for (const [i, team] of teams.entries()) {
    const [since = null, known = null] = members[i] ?? [];
    if (since === null) continue;
    writes.push(['ZREM', keys.teamMembers(team.record.id), from]);
    if (known === null) writes.push(['ZADD', keys.teamMembers(team.record.id), Number(since), to]);
    // A team that is dissolved meanwhile stays so.
    checks.push({ key: keys.teams, holds: team.record.id });
    if (team.record.leader !== from) continue;
    const led = keepTeam(store, { ...team.record, leader: to }, team);
    checks.push(...led.checks);
    writes.push(...led.writes);
  }
  const waits = recent.filter(({ waiting }) => waiting.includes(from));
  for (const { record, takers } of waits) {
    const list = keys.taskWaiting(record.id);
    const since = await orStoreAway(Promise.all([from, to].map((id) => redis.zscore(list, id))));
    writes.push(['ZREM', list, from]);
    // The person keeps the earlier of both places.
    const first = Math.min(...since.flatMap((at) => (at === null ? [] : [Number(at)])));
    if (!takers.includes(to) && !takers.includes(from)) writes.push(['ZADD', list, first, to]);
  }
  for (const { record } of recent) writes.push(['ZREM', keys.taskOffers(record.id), from]);
  const places = taken.map((task) => takePlaceOver(store, task, from, to));
  return joinChanges([
    ...places,
    {
      checks: [{ key: keys.volunteer(from), field: 'version', is: String(goes.version) }, ...checks],
      writes: [...writes, ...removeVolunteer(store, goes.record)],
    },
  ]);
}

/** Moves one participation. If both took the task, the one that is further on stays and a place comes free. */
function takePlaceOver(store: Store, task: KeptTask, from: VolunteerId, to: VolunteerId): Change {
  const { keys } = store;
  const { id } = task.record;
  const [part, own] = [task.parts[from], task.parts[to]];
  if (!part) return NO_CHANGE;
  const stays = !own || progressOf(part) > progressOf(own) ? part : own;
  return {
    checks: [
      { key: keys.taskParts(id), field: from, is: JSON.stringify(part) },
      { key: keys.taskParts(id), field: to, is: own ? JSON.stringify(own) : '' },
    ],
    writes: [
      ['ZREM', keys.taskTakers(id), from],
      ['HDEL', keys.taskParts(id), from],
      ...(own
        ? []
        : [['ZADD', keys.taskTakers(id), part.at, to] as const, ['ZREM', keys.taskWaiting(id), to] as const]),
      ...setPart(store, id, to, stays),
      ['ZADD', keys.volunteerTasks(to), task.record.from, id],
      ...(own && task.record.state === 'open' ? advanceClockEpoch(store, id) : []),
    ],
  };
}

/** A missed task counts least: the person was there under the other record. */
const PROGRESS: readonly Participation['state'][] = [
  'missed',
  ...PARTICIPATION_STATES.filter((state) => state !== 'missed'),
];

function progressOf({ state }: Participation): number {
  return PROGRESS.indexOf(state);
}
