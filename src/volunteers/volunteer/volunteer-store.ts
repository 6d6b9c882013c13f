import type { Sweep } from '../../background/sweep.ts';
import { SWEEP_BATCH } from '../../background/sweep.ts';
import { DAY_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Volunteer, VolunteerId } from './volunteer.ts';

/** Loads a volunteer; undefined for a malformed or unknown id. */
export async function loadVolunteer(store: Store, id: string): Promise<Kept<Volunteer> | undefined> {
  if (!/^volunteer_\w{8}$/.test(id)) return undefined;
  return (await loadRecords<Volunteer>(store, [store.keys.volunteer(id)]))[0];
}

/** Loads volunteers in the order of their ids; deleted ones are left out. */
export async function loadVolunteers(store: Store, ids: readonly string[]): Promise<readonly Kept<Volunteer>[]> {
  return loadRecords<Volunteer>(store, ids.map(store.keys.volunteer));
}

/** Loads the volunteer record of a person. `known`: the id that the person's own record holds. */
export async function loadVolunteerOf(store: Store, urn: Urn, known = ''): Promise<Kept<Volunteer> | undefined> {
  const kept = await loadVolunteer(store, known);
  // The id may be missing, or that of a deleted record.
  if (kept?.record.urn === urn) return kept;
  const id = await orStoreAway(store.redis.get(store.keys.volunteerOf(urn)));
  return id ? loadVolunteer(store, id) : undefined;
}

/** Writes a new state of a volunteer and its indexes. */
export function keepVolunteer({ keys }: Store, record: Volunteer, before?: Kept<Volunteer>): Change {
  const { id, urn, state, region, since, appliedAt } = record;
  const was = before?.record;
  const { checks, writes } = keepRecord(keys.volunteer(id), record, before);
  const moved = was?.state === 'active' && (state !== 'active' || was.region !== region);
  return {
    // One volunteer record per person.
    checks: before ? checks : [...checks, { absent: keys.volunteerOf(urn) }],
    writes: [
      ...writes,
      // Later changes leave the person alone: the record may outlive a forgotten one.
      ...(before
        ? []
        : [['SET', keys.volunteerOf(urn), id] as const, ['HSET', keys.person(urn), 'volunteer', id] as const]),
      state === 'applied' ? ['ZADD', keys.volunteersApplied, appliedAt, id] : ['ZREM', keys.volunteersApplied, id],
      state === 'asked' || state === 'declined'
        ? ['ZADD', keys.volunteersLapsing, record.reviewed?.at ?? appliedAt, id]
        : ['ZREM', keys.volunteersLapsing, id],
      ...(moved ? [['ZREM', keys.volunteersIn(was.region), id] as const] : []),
      ...(state === 'active'
        ? [
            ['ZADD', keys.volunteersIn(region), since ?? appliedAt, id] as const,
            ['HSET', keys.volunteers, urn, region] as const,
          ]
        : [['HDEL', keys.volunteers, urn] as const]),
    ],
  };
}

/** Deletes a volunteer's own keys and index entries. The caller hands back their tasks. */
export function removeVolunteer({ keys }: Store, { id, urn, region }: Volunteer): readonly Write[] {
  return [
    ['DEL', keys.volunteer(id)],
    ['DEL', keys.volunteerOf(urn)],
    ['HDEL', keys.person(urn), 'volunteer'],
    ['DEL', keys.volunteerTasks(id)],
    ['ZREM', keys.volunteersIn(region), id],
    ['HDEL', keys.volunteers, urn],
    ['ZREM', keys.volunteersApplied, id],
    ['ZREM', keys.volunteersLapsing, id],
    ['ZREM', keys.volunteersOffered, id],
  ];
}

/** Queues a volunteering event, whose notices the volunteering-news job sends. */
export function queueEvent({ keys }: Store, event: string, now: number): Write {
  return ['ZADD', keys.volunteeringNews, now, event] as const satisfies Write;
}

/** Loads the ids of active volunteers in these regions, region by region, the longest active first. */
export async function loadVolunteerIdsIn(
  { redis, keys }: Store,
  regions: readonly string[],
): Promise<readonly VolunteerId[]> {
  const found = await orStoreAway(
    Promise.all(regions.map((region) => redis.zrange(keys.volunteersIn(region), 0, '-1'))),
  );
  return found.flat() as VolunteerId[]; // written above
}

/** A sign-up without acceptance is deleted this long after the organiser's question or refusal. */
const LAPSES_MS = 90 * DAY_MS;

/** Deletes sign-ups whose time for an answer or another try is over. */
export const sweepVolunteers: Sweep = async (store, now) => {
  const due = [
    store.keys.volunteersLapsing,
    '-inf',
    String(now - LAPSES_MS),
    'BYSCORE',
    'LIMIT',
    0,
    SWEEP_BATCH,
  ] as const;
  for (const kept of await loadVolunteers(store, await orStoreAway(store.redis.zrange(...due)))) {
    const key = store.keys.volunteer(kept.record.id);
    const change = {
      checks: [{ key, field: 'version', is: String(kept.version) }],
      writes: removeVolunteer(store, kept.record),
    };
    await commitAsSystem(
      store,
      { op: `lapse:${kept.record.id}:${kept.version}`, what: 'volunteer_lapsed', ...change },
      now,
    );
  }
};
