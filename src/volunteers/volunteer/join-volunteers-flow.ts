import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { readAge } from '../../engine/read-number.ts';
import type { Screen } from '../../engine/screen.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { confirm, review } from '../../engine/steps/confirm.ts';
import { phone } from '../../engine/steps/phone.ts';
import type { Words } from '../../engine/steps/text.ts';
import { text } from '../../engine/steps/text.ts';
import { decryptAnswer } from '../../people/encrypt-answer.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, regionSteps } from '../../regions/narrow-region.ts';
import type { Kept } from '../../store/versioned-record.ts';
import type { Team } from '../teams/team.ts';
import { loadTeam } from '../teams/team-store.ts';
import type { DayPart, Skill, Volunteer } from './volunteer.ts';
import { DAY_PARTS, newVolunteerId, SKILLS, WEEKDAYS } from './volunteer.ts';
import { keepVolunteer, loadVolunteerOf, queueEvent } from './volunteer-store.ts';

type JoinVolunteersFacts = City & { readonly me: Kept<Volunteer> | undefined; readonly team: Kept<Team> | undefined };
type JoinVolunteersAnswers = { readonly age?: string | null };

const CALLED_MAX = 10;
const YOUTH_SKILLS: readonly Skill[] = ['publicity', 'anti_fraud', 'elderly', 'languages'];

const AGES = ['adult', 'youth', 'child'] as const;

/** The group alone is kept, not the age that was typed. */
function ageGroupOf(words: string): (typeof AGES)[number] | undefined {
  const age = readAge(words);
  if (age === undefined) return undefined;
  return age >= 18 ? 'adult' : age >= 14 ? 'youth' : 'child';
}

const fits = ({ answers }: { readonly answers: JoinVolunteersAnswers }) =>
  answers.age === 'adult' || answers.age === 'youth';

/** What somebody is called accuses nobody, but a number would tell who they are. */
const numbersAlone: Screen = (words) => {
  const found = personShield(words);
  return found?.what === 'accused_person' ? undefined : found;
};

const HOME = {
  ids: ['district', 'street', 'community'],
  from: ({ facts, answers }: { readonly facts: JoinVolunteersFacts; readonly answers: JoinVolunteersAnswers }) =>
    fits({ answers }) && facts.team === undefined ? '*' : undefined,
  here: 'below_first',
} as const;

/** Somebody offers to help: who they are by age group, where, with what and when; an organiser then says yes. */
export const joinVolunteers = flow<JoinVolunteersFacts>({
  id: 'join-volunteers',
  version: 1,
  lifetimeSeconds: 7 * 24 * 3600,
})
  .step('age', choice({ options: AGES, reads: ageGroupOf, resets: ['guardian', 'skills', 'parts'] }))
  .step('guardian', confirm({ relevant: ({ answers }) => answers.age === 'youth', no: 'ends' }))
  .steps(regionSteps(HOME))
  .step(
    'skills',
    choices({
      relevant: fits,
      options: ({ answers }) => (answers.age === 'youth' ? YOUTH_SKILLS : SKILLS).map((id) => ({ id })),
    }),
  )
  .step('days', choices({ relevant: fits, options: WEEKDAYS }))
  .step(
    'parts',
    choices({
      relevant: fits,
      options: ({ answers }) =>
        DAY_PARTS.filter((part) => answers.age === 'adult' || part !== 'evening').map((id) => ({ id })),
    }),
  )
  .step('called', text({ relevant: fits, maxLength: CALLED_MAX, written: true, screen: numbersAlone }))
  .step('phone', phone({ relevant: fits, optional: true }))
  .step('pledge', confirm({ relevant: fits, no: 'ends', reviewed: false }))
  .step('review', { ...review(), relevant: fits })
  .end();

export const joinVolunteersTalk = talk({
  flow: joinVolunteers,
  load: async ({ store, person, position }: LoadContext) => {
    const { team } = position.answers;
    const [me, found] = await Promise.all([
      loadVolunteerOf(store, person.urn),
      typeof team === 'string' ? loadTeam(store, team) : undefined,
    ]);
    return { me, team: found };
  },
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  // A team's id comes with its link; `new` is the button, `change` is for those who are in already.
  opens: (argument) => (argument.startsWith('team_') ? { team: argument } : {}),
  seals: ['phone'],
  prefills: ({ me, regions }) => me && answersOf(me.record, regions),
  finish: (answers, finishing) => {
    if (fits({ answers })) return signUp(answers, finishing);
    const { me } = finishing.facts;
    const said = { key: 'flows/join-volunteers:child' } as const;
    if (!me) return noChange('volunteer_too_young', said);
    const declined = keepVolunteer(finishing.store, { ...me.record, state: 'declined' }, me);
    return { outcome: 'volunteer_too_young', ...declined, says: [said] };
  },
});

type SignUpAnswers = JoinVolunteersAnswers & {
  readonly district?: string | null;
  readonly street?: string | null;
  readonly community?: string | null;
  readonly skills?: readonly string[] | null;
  readonly days?: readonly string[] | null;
  readonly parts?: readonly string[] | null;
  readonly called?: Words | null;
  readonly phone?: string | null;
  readonly pledge?: boolean | null;
};

function signUp(answers: SignUpAnswers, { store, person, facts, now }: FinishContext<JoinVolunteersFacts>): Outcome {
  const { me, team } = facts;
  const before = me?.record;
  const id = before?.id ?? newVolunteerId();
  const region = team?.record.region ?? narrowest(answers.district, answers.street, answers.community) ?? '';
  // Whoever is in may change what they offer; who moves, or grows up, is somebody else's to say yes to.
  const age = answers.age === 'youth' ? 'youth' : 'adult';
  const stays = before?.state === 'active' && before.region === region && before.age === age;
  const { phone: _old, reviewed: _words, ...rest } = before ?? { phone: undefined, reviewed: undefined };
  const number = answers.phone ? decryptAnswer(answers.phone, person, store) : undefined;
  const record: Volunteer = {
    ...rest,
    id,
    urn: person,
    state: stays ? 'active' : 'applied',
    called: answers.called && 'text' in answers.called ? answers.called.text : '',
    age,
    region,
    skills: (answers.skills ?? []) as readonly Skill[], // as the step offers them
    days: answers.days ?? [],
    parts: (answers.parts ?? []) as readonly DayPart[],
    ...(number ? { phone: store.seal(number, id) } : {}),
    appliedAt: now,
    ...(team ? { team: team.record.id } : {}),
  };
  const { checks, writes } = keepVolunteer(store, record, me);
  const said: LocalizedMessage = stays
    ? { key: 'flows/join-volunteers:changed', buttons: [MINE] }
    : { key: 'flows/join-volunteers:done', values: { called: record.called } };
  return {
    outcome: stays ? 'volunteer_changed' : 'volunteer_applied',
    checks,
    writes: [...writes, ...(stays ? [] : [queueEvent(store, `applied ${id}`, now)])],
    says: [said],
  };
}

const MINE = { label: 'flows/join-volunteers:mine' as const, flow: 'my-tasks', argument: 'all' };

/** What somebody said before, to be looked through and changed. Their number is asked for anew: it is never shown. */
function answersOf(
  { age, region, skills, days, parts, called, phone }: Volunteer,
  regions: City['regions'],
): SignUpAnswers {
  const above = (level: 'district' | 'street' | 'community') => {
    const found = regions.above(region, level);
    return found === undefined ? {} : { [level]: found };
  };
  return {
    age,
    ...(age === 'youth' ? { guardian: true } : {}),
    ...above('district'),
    ...above('street'),
    ...above('community'),
    skills,
    days,
    parts,
    called: { text: called },
    ...(phone === undefined ? { phone: null } : {}),
    pledge: true,
  };
}
