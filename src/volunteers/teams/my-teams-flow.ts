import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { number } from '../../engine/steps/number.ts';
import { text } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { anyReaches, widestOf } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, regionSteps } from '../../regions/narrow-region.ts';
import type { Kept } from '../../store/versioned-record.ts';
import type { Volunteer } from '../volunteer/volunteer.ts';
import { organiserGrants, shortId } from '../volunteer/volunteer.ts';
import { loadVolunteers } from '../volunteer/volunteer-store.ts';
import type { Team } from './team.ts';
import { SERIES, TEAM_LINK } from './team.ts';
import { dissolveTeam, keepTeam, loadMemberIds, loadTeams } from './team-store.ts';

type MyTeamsFacts = City & {
  readonly grants: readonly Grant[];
  readonly me: string;
  readonly teams: readonly Kept<Team>[];
  /** Who is in the chosen one. */
  readonly members: readonly Volunteer[];
};
type MyTeamsAnswers = { readonly team?: string | null; readonly next?: string | null };

const is =
  (...actions: readonly string[]) =>
  ({ answers }: { readonly answers: MyTeamsAnswers }) =>
    actions.includes(answers.next ?? '');
const anew = ({ answers }: { readonly answers: MyTeamsAnswers }) => answers.team === 'new';

const GROUND = {
  ids: ['district', 'street', 'community'],
  from: ({ facts, answers }: { readonly facts: MyTeamsFacts; readonly answers: MyTeamsAnswers }) =>
    anew({ answers }) ? widestOf(facts.grants, facts.regions) : undefined,
} as const;

/** Organisers make teams, find the link that brings people in, and name who leads. */
export const myTeams = flow<MyTeamsFacts>({ id: 'my-teams', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'team',
    choice({
      options: ({ facts }) => [
        ...facts.teams.map(({ record }) => ({ id: record.id, name: { 'zh-CN': record.name, en: record.name } })),
        { id: 'new' },
      ],
      resets: ['next', 'name'],
    }),
  )
  .step(
    'next',
    choice({
      relevant: ({ answers }) => answers.team !== 'new',
      options: ['link', 'leader', 'dissolved'],
      values: ({ facts, answers }) => cardOf(facts, answers),
      resets: ['leader', 'sure'],
    }),
  )
  .step(
    'leader',
    choice({
      relevant: is('leader'),
      options: ({ facts }) => facts.members.map(({ id, called }) => ({ id, name: { 'zh-CN': called, en: called } })),
    }),
  )
  .step('sure', confirm({ relevant: is('dissolved'), values: ({ facts, answers }) => cardOf(facts, answers) }))
  .step('name', text({ relevant: anew, maxLength: 20, written: true, screen: personShield }))
  .step('series', choice({ relevant: anew, options: SERIES }))
  .steps(regionSteps(GROUND))
  .step('capacity', number({ relevant: anew, min: 2, max: 500 }))
  .end();

export const myTeamsTalk = talk({
  flow: myTeams,
  loadsBy: ['team'],
  load: async ({ store, city, person, position }: LoadContext) => {
    const grants = organiserGrants(person.contact?.grants ?? []);
    const all = await loadTeams(store);
    const teams = all.filter(({ record }) => anyReaches(grants, record.region, city.regions));
    const chosen = teams.find(({ record }) => record.id === position.answers.team);
    const members = chosen ? await loadVolunteers(store, await loadMemberIds(store, chosen.record.id)) : [];
    return { me: store.pseudonym(person.urn), grants, teams, members: members.map(({ record }) => record) };
  },
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  closed: ({ grants }) => (grants.length === 0 ? { key: 'flows/give-task:not_you' } : undefined),
  opens: (argument) => (argument === 'all' ? {} : { team: argument }),
  finish: (answers, { store, facts, now }) => {
    const again = (id: string) => [{ label: 'flows/my-teams:again' as const, flow: 'my-teams', argument: id }];
    if (answers.team === 'new') {
      if (!answers.name || !('text' in answers.name))
        return noChange('team_unnamed', { key: 'flows/my-teams:name.invalid', values: { maxLength: 20 } });
      const record: Team = {
        id: `team_${shortId()}`,
        name: answers.name.text,
        series: answers.series ?? 'community',
        region:
          narrowest(answers.district, answers.street, answers.community) ?? widestOf(facts.grants, facts.regions) ?? '',
        capacity: answers.capacity ?? 20,
        by: facts.me,
        madeAt: now,
      };
      const says = [
        { key: 'flows/my-teams:done.made' as const, values: { name: record.name }, buttons: again(record.id) },
      ];
      return { outcome: 'team_made', ...keepTeam(store, record), says };
    }
    const kept = facts.teams.find(({ record }) => record.id === answers.team);
    if (!kept) return noChange('teams_seen', { key: 'common:closed' });
    const { record } = kept;
    const values = cardOf(facts, answers);
    switch (answers.next) {
      case 'link': {
        const link = { link: `${TEAM_LINK}${record.id.slice(TEAM_LINK.length)}` };
        const picture = { key: 'flows/my-teams:done.qr' as const, values, qr: link };
        const said = {
          key: 'flows/my-teams:done.link' as const,
          values: { ...values, link },
          buttons: again(record.id),
        };
        return noChange('team_link_shown', picture, said);
      }
      case 'leader': {
        const leader = facts.members.find(({ id }) => id === answers.leader);
        if (!leader) return noChange('teams_seen', { key: 'common:closed' });
        const change = keepTeam(store, { ...record, leader: leader.id }, kept);
        const says = [
          {
            key: 'flows/my-teams:done.leader' as const,
            values: { ...values, called: leader.called },
            buttons: again(record.id),
          },
        ];
        return { outcome: 'team_leader_named', ...change, says };
      }
      case 'dissolved':
        if (answers.sure !== true) break;
        return {
          outcome: 'team_dissolved',
          checks: [{ key: store.keys.team(record.id), field: 'version', is: String(kept.version) }],
          writes: dissolveTeam(store, record),
          says: [{ key: 'flows/my-teams:done.dissolved', values }],
        };
    }
    return noChange('teams_seen', { key: 'common:closed' });
  },
});

function cardOf(facts: MyTeamsFacts, answers: MyTeamsAnswers): Readonly<Record<string, Value>> {
  const record = facts.teams.find((kept) => kept.record.id === answers.team)?.record;
  if (!record) return {};
  const leader = facts.members.find(({ id }) => id === record.leader);
  return {
    name: record.name,
    series: { key: `flows/my-teams:series.options.${record.series}` },
    where: { names: facts.regions.nameOf(record.region) ?? { 'zh-CN': record.region } },
    members: facts.members.length,
    capacity: record.capacity,
    leader: leader ? leader.called : { key: 'common:nobody_yet' },
  };
}
