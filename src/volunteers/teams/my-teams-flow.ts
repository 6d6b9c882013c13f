import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { SERIES } from '../../city/series.ts';
import type { Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { number } from '../../engine/steps/number.ts';
import type { Words } from '../../engine/steps/text.ts';
import { text } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers, widestOf } from '../../people/role.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, regionSteps } from '../../regions/narrow-region.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Volunteer } from '../volunteer/volunteer.ts';
import { organiserGrants, shortId } from '../volunteer/volunteer.ts';
import { loadVolunteers } from '../volunteer/volunteer-store.ts';
import type { Team } from './team.ts';
import { TEAM_LINK } from './team.ts';
import { dissolveTeam, keepTeam, loadMemberIds, loadTeams } from './team-store.ts';
import type { TeamTasks } from './team-tasks.ts';
import { cancelTeamTasks, loadTeamTasks } from './team-tasks.ts';

type MyTeamsFacts = City & {
  readonly grants: readonly Grant[];
  readonly me: string;
  readonly teams: readonly Kept<Team>[];
  /** Members of the chosen team. */
  readonly members: readonly Volunteer[];
  /** What ends with the chosen team, if it is to be dissolved. */
  readonly coming: TeamTasks;
};
type MyTeamsAnswers = {
  readonly team?: string | null;
  readonly next?: string | null;
  readonly leader?: string | null;
};

const is =
  (...actions: readonly string[]) =>
  ({ answers }: { readonly answers: MyTeamsAnswers }) =>
    actions.includes(answers.next ?? '');
const isNew = ({ answers }: { readonly answers: MyTeamsAnswers }) => answers.team === 'new';

const GROUND = {
  ids: ['district', 'street', 'community'],
  from: ({ facts, answers }: { readonly facts: MyTeamsFacts; readonly answers: MyTeamsAnswers }) =>
    isNew({ answers }) ? widestOf(facts.grants, facts.regions) : undefined,
} as const;

/** Organisers create teams, show their invitation links, appoint leaders, and dissolve teams. */
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
  .step('name', text({ relevant: isNew, maxLength: 20, written: true, screen: personShield }))
  .step('series', choice({ relevant: isNew, options: SERIES }))
  .steps(regionSteps(GROUND))
  .step('capacity', number({ relevant: isNew, min: 2, max: 500 }))
  .end();

export const myTeamsTalk = talk({
  flow: myTeams,
  loadsBy: ['team', 'next'],
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const grants = organiserGrants(person.contact?.grants ?? []);
    const all = await loadTeams(store);
    const teams = all.filter(({ record }) => anyGrantCovers(grants, record.region, city.regions));
    const chosen = teams.find(({ record }) => record.id === position.answers.team);
    const members = chosen ? await loadVolunteers(store, await loadMemberIds(store, chosen.record.id)) : [];
    const ends = chosen && position.answers.next === 'dissolved';
    const coming = ends ? await loadTeamTasks(store, chosen.record.id, now) : { tasks: [], plans: [] };
    const me = store.pseudonym(person.urn);
    return { me, grants, teams, members: members.map(({ record }) => record), coming };
  },
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  guardsEnd: true,
  closed: ({ grants }) => (grants.length === 0 ? { key: 'flows/give-task:not_you' } : undefined),
  opens: (argument) => (argument === 'all' ? {} : { team: argument }),
  finish: (answers, finishing) => {
    const { facts } = finishing;
    if (answers.team === 'new') return createTeam(answers, finishing);
    const kept = facts.teams.find(({ record }) => record.id === answers.team);
    if (!kept) return CLOSED;
    switch (answers.next) {
      case 'link':
        return showLink(kept.record, cardOf(facts, answers));
      case 'leader':
        return appointLeader(kept, answers, finishing);
      case 'dissolved':
        return answers.sure === true ? dissolve(kept, answers, finishing) : CLOSED;
      default:
        return CLOSED;
    }
  },
});

const CLOSED = noChange('teams_seen', { key: 'common:closed' });

type NewTeamAnswers = {
  readonly name?: Words | null;
  readonly series?: Team['series'] | null;
  readonly district?: string | null;
  readonly street?: string | null;
  readonly community?: string | null;
  readonly capacity?: number | null;
};

function createTeam(answers: NewTeamAnswers, { store, facts, now }: FinishContext<MyTeamsFacts>): Outcome {
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
  const says = [{ key: 'flows/my-teams:done.made' as const, values: { name: record.name }, buttons: again(record) }];
  return { outcome: 'team_made', ...keepTeam(store, record), says };
}

/** Shows the invitation link, also as a QR code. */
function showLink(team: Team, values: Readonly<Record<string, Value>>): Outcome {
  const link = { link: `${TEAM_LINK}${team.id.slice(TEAM_LINK.length)}` };
  return noChange(
    'team_link_shown',
    { key: 'flows/my-teams:done.qr', values, qr: link },
    { key: 'flows/my-teams:done.link', values: { ...values, link }, buttons: again(team) },
  );
}

function appointLeader(
  kept: Kept<Team>,
  answers: MyTeamsAnswers,
  { store, facts }: FinishContext<MyTeamsFacts>,
): Outcome {
  const leader = facts.members.find(({ id }) => id === answers.leader);
  if (!leader) return CLOSED;
  const values = { ...cardOf(facts, answers), called: leader.called };
  return {
    outcome: 'team_leader_named',
    ...keepTeam(store, { ...kept.record, leader: leader.id }, kept),
    says: [{ key: 'flows/my-teams:done.leader', values, buttons: again(kept.record) }],
  };
}

function dissolve(
  { record, version }: Kept<Team>,
  answers: MyTeamsAnswers,
  { store, facts, now }: FinishContext<MyTeamsFacts>,
): Outcome {
  const { checks, writes } = cancelTeamTasks(store, facts.coming, now);
  return {
    outcome: 'team_dissolved',
    checks: [{ key: store.keys.team(record.id), field: 'version', is: String(version) }, ...checks],
    writes: [...dissolveTeam(store, record), ...writes],
    says: [{ key: 'flows/my-teams:done.dissolved', values: cardOf(facts, answers) }],
  };
}

function again({ id }: Team) {
  return [{ label: 'flows/my-teams:again', flow: 'my-teams', argument: id }] as const;
}

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
    tasks: facts.coming.tasks.length,
    leader: leader ? leader.called : { key: 'common:nobody_yet' },
  };
}
