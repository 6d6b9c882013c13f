import { Hono } from 'hono';
import { sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { scopeName } from '../../people/join-flow.ts';
import type { Role } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import { withFactor } from '../../people/sign-in/reset-factor-flow.ts';
import { colleagueId, loadStaff, WHO_LENGTH } from '../../people/staff-list.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadTeams } from '../../volunteers/teams/team-store.ts';
import { organiserGrants } from '../../volunteers/volunteer/volunteer.ts';
import { loadVolunteers } from '../../volunteers/volunteer/volunteer-store.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';

/** Organisers by role and scope, each by a short pseudonym; residents and volunteers only as counts. */
export type PeoplePage = {
  readonly staff: readonly {
    readonly id: string;
    readonly who: string;
    readonly role: Role;
    readonly scope: string;
    readonly since: number; // ms since the epoch
    readonly me: boolean;
    /** The caller may reset the second factor of this organiser. */
    readonly resets: boolean;
    /** Opens the hand-over of this organiser's cases. */
    readonly colleague: string;
  }[];
  readonly contacts: number;
  readonly volunteers: number;
  /** Applications that wait for the caller's review. */
  readonly applied: number;
  readonly teams: readonly {
    readonly id: string;
    readonly name: string;
    readonly region: string;
    readonly capacity: number;
  }[];
};

/** 人员: `GET /`. The talks `invite-staff`, `remove-staff`, `review-volunteers` and `my-teams` change them. */
export function peopleRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { store, city } = services;
    const { redis, keys } = store;
    const reader = readerFor(organiser, services);
    const own = organiserGrants(organiser.grants);
    const [staff, teams, contacts, volunteers, applied] = await Promise.all([
      loadStaff(store, organiser.grants, city),
      loadTeams(store),
      orStoreAway(redis.zcard(keys.persons)),
      orStoreAway(redis.hlen(keys.volunteers)),
      orStoreAway(redis.zrange(keys.volunteersApplied, 0, '-1')).then((ids) => loadVolunteers(store, ids)),
    ]);
    const factors = new Set((await withFactor(staff, organiser.person, services)).map(({ id }) => id));
    return c.json<PeoplePage>({
      staff: staff.map(({ id, urn, who, grant }) => ({
        id,
        who: who.slice(0, WHO_LENGTH),
        role: grant.role,
        scope: String(sayAny(scopeName(grant, city), reader)),
        since: grant.since,
        me: urn === organiser.urn,
        resets: factors.has(id),
        colleague: colleagueId(who),
      })),
      contacts,
      volunteers,
      applied: applied.filter(({ record }) => anyGrantCovers(own, record.region, city.regions)).length,
      teams: teams
        .filter(({ record }) => anyGrantCovers(own, record.region, city.regions))
        .map(({ record: { id, name, region, capacity } }) => ({
          id,
          name,
          region: String(sayAny({ place: { region } }, reader)),
          capacity,
        })),
    });
  });
  return app;
}
