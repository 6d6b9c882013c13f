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
import type { Kept } from '../../store/records/versioned-record.ts';
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

/** Only the age group is stored, not the age. */
function ageGroupOf(words: string): (typeof AGES)[number] | undefined {
  const age = readAge(words);
  if (age === undefined) return undefined;
  return age >= 18 ? 'adult' : age >= 14 ? 'youth' : 'child';
}

const isOldEnough = ({ answers }: { readonly answers: JoinVolunteersAnswers }) =>
  answers.age === 'adult' || answers.age === 'youth';

/** Applies the person shield to a chosen name, except the check for accusations. Numbers stay refused. */
const shieldName: Screen = (words) => {
  const found = personShield(words);
  return found?.what === 'accused_person' ? undefined : found;
};

const HOME = {
  ids: ['district', 'street', 'community'],
  from: ({ facts, answers }: { readonly facts: JoinVolunteersFacts; readonly answers: JoinVolunteersAnswers }) =>
    isOldEnough({ answers }) && facts.team === undefined ? '*' : undefined,
  here: 'below_first',
} as const;

/** A person signs up as a volunteer, or changes the sign-up. An organiser reviews it. */
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
      relevant: isOldEnough,
      options: ({ answers }) => (answers.age === 'youth' ? YOUTH_SKILLS : SKILLS).map((id) => ({ id })),
    }),
  )
  .step('days', choices({ relevant: isOldEnough, options: WEEKDAYS }))
  .step(
    'parts',
    choices({
      relevant: isOldEnough,
      options: ({ answers }) =>
        DAY_PARTS.filter((part) => answers.age === 'adult' || part !== 'evening').map((id) => ({ id })),
    }),
  )
  .step('called', text({ relevant: isOldEnough, maxLength: CALLED_MAX, written: true, screen: shieldName }))
  .step('phone', phone({ relevant: isOldEnough, optional: true }))
  .step('pledge', confirm({ relevant: isOldEnough, no: 'ends', reviewed: false }))
  .step('review', { ...review(), relevant: isOldEnough })
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
  // The argument is a team's id from its link, `new`, or `change`.
  opens: (argument) => (argument.startsWith('team_') ? { team: argument } : {}),
  seals: ['phone'],
  prefills: ({ me, regions }) => me && answersOf(me.record, regions),
  finish: (answers, finishing) => {
    if (isOldEnough({ answers })) return signUp(answers, finishing);
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
  // Another region or age group needs a new review.
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
    ? { key: 'flows/join-volunteers:changed', buttons: [MY_TASKS] }
    : { key: 'flows/join-volunteers:done', values: { called: record.called } };
  return {
    outcome: stays ? 'volunteer_changed' : 'volunteer_applied',
    checks,
    writes: [...writes, ...(stays ? [] : [queueEvent(store, `applied ${id}`, now)])],
    says: [said],
  };
}

const MY_TASKS = { label: 'flows/join-volunteers:mine' as const, flow: 'my-tasks', argument: 'all' };

/** Converts a volunteer back to answers for the review card. A phone number is requested again, never shown. */
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
