import { DAY_MS, HOUR_MS, QUIET_HOURS } from '../../calendar.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { readRange } from '../../store/records/read-range.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadMemberIds } from '../teams/team-store.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { loadVolunteerIdsIn, loadVolunteers } from '../volunteer/volunteer-store.ts';
import type { Task } from './task.ts';
import { loadTasks } from './task-store.ts';
import type { Candidate } from './volunteer-ranking.ts';

/** Period in which a candidate's tasks are counted as burden. */
const BURDEN_MS = 28 * DAY_MS;
/** Bound on the volunteers considered for one task. */
const CONSIDERED_MAX = 2000;

/** Loads the open tasks that a volunteer has taken and that are not over. */
export async function loadUpcomingTasks(store: Store, id: VolunteerId, now: number): Promise<readonly Task[]> {
  return (await loadTakenTasks(store, id, now)).filter(({ until }) => until > now);
}

/** Loads the open tasks that a volunteer has taken, with those that are over and not settled yet. */
export async function loadTakenTasks(store: Store, id: VolunteerId, now: number): Promise<readonly Task[]> {
  // To the hour, so that volunteers who tap at once are read together.
  const from = now - DAY_MS - (now % HOUR_MS);
  const ids = await readRange(store, store.keys.volunteerTasks(id), from);
  if (ids.length === 0) return [];
  const kept = await loadTasks(store, ids);
  return kept.map(({ record }) => record).filter(({ state }) => state === 'open');
}

/**
 * Loads the candidates for a task: its team, or the volunteers of its street, the nearest community first.
 * `suits` filters before the rest is loaded, because each candidate costs several reads.
 */
export async function loadCandidates(
  store: Store,
  task: Pick<Task, 'region' | 'team'>,
  regions: RegionTree,
  now: number,
  suits: (volunteer: Volunteer) => boolean = () => true,
): Promise<readonly Candidate[]> {
  const { redis, keys } = store;
  const ids = (
    task.team
      ? await loadMemberIds(store, task.team)
      : await loadVolunteerIdsIn(store, searchRegions(task.region, regions))
  ).slice(0, CONSIDERED_MAX);
  const kept = (await loadVolunteers(store, ids)).filter(({ record }) => suits(record));
  const contacts = await loadContacts(
    store,
    kept.map(({ record }) => record.urn),
  );
  const candidates = kept.map(async ({ record }, i): Promise<Candidate | undefined> => {
    const { contact, gone } = contacts[i] ?? {};
    // Volunteers who unsubscribed or are unreachable get no offers. They keep the tasks that they took.
    if (!contact || gone || !contact.subscribed) return undefined;
    const [upcoming, burden, askedAt] = await Promise.all([
      loadUpcomingTasks(store, record.id, now),
      orStoreAway(redis.zcount(keys.volunteerTasks(record.id), now - BURDEN_MS, '+inf')),
      orStoreAway(redis.zscore(keys.volunteersOffered, record.id)),
    ]);
    const quiet = contact.quiet ?? QUIET_HOURS.usual;
    const { grants = [] } = contact;
    return {
      volunteer: record,
      upcoming,
      burden,
      askedAt: askedAt === null ? undefined : Number(askedAt),
      quiet,
      grants,
    };
  });
  return (await Promise.all(candidates)).flatMap((one) => one ?? []);
}

/** The region, the communities of its street, and all regions above it: a volunteer may have named a larger one. */
function searchRegions(region: string, regions: RegionTree): readonly string[] {
  const street = regions.above(region, 'street') ?? region;
  return [...new Set([region, ...regions.within(street, 'community'), ...regions.chain(region)])];
}
