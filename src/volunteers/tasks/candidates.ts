import { DAY_MS, QUIET_HOURS } from '../../calendar.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { membersOf } from '../teams/team-store.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { loadVolunteers, volunteersIn } from '../volunteer/volunteer-store.ts';
import type { Task } from './task.ts';
import { loadTasks } from './task-store.ts';
import type { Candidate } from './volunteer-ranking.ts';

const BURDEN_MS = 28 * DAY_MS;
/** Enough to find somebody among; a whole city's volunteers are never asked for one task. */
const LOOKED_AT_MAX = 2000;

/** What somebody has taken and is still to come. */
export async function loadOwn(store: Store, id: VolunteerId, now: number): Promise<readonly Task[]> {
  const ids = await orStoreAway(
    store.redis.zrange(store.keys.volunteerTasks(id), String(now - DAY_MS), '+inf', 'BYSCORE'),
  );
  const kept = await loadTasks(store, ids);
  return kept.map(({ record }) => record).filter(({ state, until }) => state === 'open' && until > now);
}

/**
 * All who might be asked for a task: its team, or the volunteers of its street, the nearest community first. Only who `suits`
 * is looked at more closely, since that costs several questions for each.
 */
export async function candidatesFor(
  store: Store,
  task: Pick<Task, 'region' | 'team'>,
  regions: RegionTree,
  now: number,
  suits: (volunteer: Volunteer) => boolean = () => true,
): Promise<readonly Candidate[]> {
  const { redis, keys } = store;
  const ids = (
    task.team ? await membersOf(store, task.team) : await volunteersIn(store, around(task.region, regions))
  ).slice(0, LOOKED_AT_MAX);
  const kept = (await loadVolunteers(store, ids)).filter(({ record }) => suits(record));
  const contacts = await loadContacts(
    store,
    kept.map(({ record }) => record.urn),
  );
  const looked = kept.map(async ({ record }, i): Promise<Candidate | undefined> => {
    const { contact, gone } = contacts[i] ?? {};
    // Who stopped announcements, or cannot be reached, is not asked; what they took stays theirs.
    if (!contact || gone || !contact.subscribed) return undefined;
    const [own, burden, askedAt] = await Promise.all([
      loadOwn(store, record.id, now),
      orStoreAway(redis.zcount(keys.volunteerTasks(record.id), now - BURDEN_MS, '+inf')),
      orStoreAway(redis.zscore(keys.volunteersOffered, record.id)),
    ]);
    const quiet = contact.quiet ?? QUIET_HOURS.usual;
    const { grants = [] } = contact;
    return { volunteer: record, own, burden, askedAt: askedAt === null ? undefined : Number(askedAt), quiet, grants };
  });
  return (await Promise.all(looked)).flatMap((one) => one ?? []);
}

/** The communities of a region's street, and all above it, so that whoever named a larger place is asked too. */
function around(region: string, regions: RegionTree): readonly string[] {
  const street = regions.above(region, 'street') ?? region;
  return [...new Set([region, ...regions.within(street, 'community'), ...regions.chain(region)])];
}
