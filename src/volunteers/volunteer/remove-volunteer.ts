import { DAY_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Check, Write } from '../../store/commit.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { releaseMediations } from '../mediation/mediation-store.ts';
import { advanceClockEpoch, loadTasks } from '../tasks/task-store.ts';
import { keepTeam, loadTeams } from '../teams/team-store.ts';
import { loadVolunteerOf, removeVolunteer } from './volunteer-store.ts';

/** Offers and waiting lists of older tasks have been deleted by retention. */
const RECENT_MS = 31 * DAY_MS;

/** Deletes everything about a volunteer and frees their places in tasks, teams and mediations. */
export async function removeVolunteerEverywhere(store: Store, urn: Urn, now: number): Promise<Change> {
  const { redis, keys } = store;
  const [kept, asked] = await Promise.all([loadVolunteerOf(store, urn), releaseMediations(store, urn, now)]);
  if (!kept) return { checks: asked.checks, writes: [...asked.writes, ['HDEL', keys.volunteers, urn]] };
  const { id } = kept.record;
  const [taken, waiting, teams] = await Promise.all([
    orStoreAway(redis.zrange(keys.volunteerTasks(id), 0, '-1')).then((ids) => loadTasks(store, ids)),
    orStoreAway(redis.zrange(keys.tasks, String(now - RECENT_MS), '+inf', 'BYSCORE')).then((ids) =>
      loadTasks(store, ids),
    ),
    loadTeams(store),
  ]);
  const places = await orStoreAway(
    Promise.all(teams.map(({ record }) => redis.zscore(keys.teamMembers(record.id), id))),
  );
  const writes: Write[] = [...asked.writes, ...removeVolunteer(store, kept.record)];
  const led: Check[] = [];
  for (const { record } of taken) {
    writes.push(['ZREM', keys.taskTakers(record.id), id], ['HDEL', keys.taskParts(record.id), id]);
    if (record.state === 'open') writes.push(...advanceClockEpoch(store, record.id));
  }
  for (const { record } of [...taken, ...waiting])
    writes.push(['ZREM', keys.taskWaiting(record.id), id], ['ZREM', keys.taskOffers(record.id), id]);
  for (const [i, team] of teams.entries()) {
    if (places[i] === null) continue;
    writes.push(['ZREM', keys.teamMembers(team.record.id), id]);
    const { leader, ...rest } = team.record;
    if (leader !== id) continue;
    // A team that is dissolved meanwhile stays so.
    const change = keepTeam(store, rest, team);
    led.push(...change.checks);
    writes.push(...change.writes);
  }
  return {
    checks: [...asked.checks, ...led, { key: keys.volunteer(id), field: 'version', is: String(kept.version) }],
    writes,
  };
}
