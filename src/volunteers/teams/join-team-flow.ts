import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { loadVolunteerOf } from '../volunteer/volunteer-store.ts';
import type { Team } from './team.ts';
import { joinTeam, loadMemberIds, loadTeam } from './team-store.ts';

type JoinTeamFacts = City & {
  readonly me: Volunteer | undefined;
  readonly team: Kept<Team> | undefined;
  readonly members: readonly VolunteerId[];
};

/** A volunteer joins a team by its link; other people are led to the sign-up. */
export const joinTeamFlow = flow<JoinTeamFacts>({ id: 'join-team', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'sure',
    confirm({
      values: ({ facts: { team, regions } }) =>
        team
          ? {
              name: team.record.name,
              where: { names: regions.nameOf(team.record.region) ?? { 'zh-CN': team.record.region } },
            }
          : {},
    }),
  )
  .end();

export const joinTeamTalk = talk({
  flow: joinTeamFlow,
  load: async ({ store, person, position }: LoadContext) => {
    const team = await loadTeam(store, String(position.answers.team ?? ''));
    const [kept, members] = await Promise.all([
      loadVolunteerOf(store, person.urn),
      team ? loadMemberIds(store, team.record.id) : [],
    ]);
    return { me: kept?.record.state === 'active' ? kept.record : undefined, team, members };
  },
  facts: (city: City, _person, loaded): JoinTeamFacts => ({ ...city, ...loaded }),
  closed: ({ team, me, members }) => {
    if (!team) return { key: 'flows/join-team:gone' };
    const values = { name: team.record.name };
    if (me && members.includes(me.id)) return { key: 'flows/join-team:had', values };
    if (members.length >= team.record.capacity) return { key: 'flows/join-team:full', values };
    if (me) return undefined;
    return {
      key: 'flows/join-team:sign_up',
      values,
      buttons: [{ label: 'flows/my-tasks:buttons.join', flow: 'join-volunteers', argument: team.record.id }],
    };
  },
  finish: ({ sure }, { store, facts: { team, me }, now }) => {
    if (sure !== true || !team || !me) return noChange('team_declined', { key: 'common:closed' });
    const values = { name: team.record.name };
    return {
      outcome: 'team_joined',
      ...joinTeam(store, team.record, me.id, now),
      says: [{ key: 'flows/join-team:done', values }],
    };
  },
});
