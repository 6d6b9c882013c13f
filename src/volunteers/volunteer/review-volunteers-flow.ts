import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { Words } from '../../engine/steps/text.ts';
import { text } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Team } from '../teams/team.ts';
import { joinTeam, loadMemberIds, loadTeam } from '../teams/team-store.ts';
import type { Volunteer } from './volunteer.ts';
import { organiserGrants } from './volunteer.ts';
import { keepVolunteer, loadVolunteer, loadVolunteers, queueEvent } from './volunteer-store.ts';

type ReviewVolunteersFacts = City & {
  readonly grants: readonly Grant[];
  readonly me: string;
  /** Applicants in this organiser's regions, the earliest first. */
  readonly waiting: readonly Kept<Volunteer>[];
  /** The team for which the chosen applicant signed up. */
  readonly team: Team | undefined;
  readonly isFull: boolean;
  /** The applicant of the opening button has been decided by another organiser. */
  readonly isAnswered: boolean;
};
type ReviewVolunteersAnswers = {
  readonly volunteer?: string | null;
  readonly next?: string | null;
  readonly words?: Words | null;
};

const LISTED_MAX = 10;
const OTHERS = { label: 'flows/review-volunteers:others', flow: 'review-volunteers', argument: 'all' } as const;
/** Decisions that require a message to the applicant. */
const ASKS_WORDS: readonly string[] = ['asked', 'declined'];

/** An organiser accepts an applicant, asks a question, or declines with a reason. */
export const reviewVolunteers = flow<ReviewVolunteersFacts>({
  id: 'review-volunteers',
  version: 1,
  lifetimeSeconds: 24 * 3600,
  light: true,
})
  .step(
    'volunteer',
    choice({
      options: ({ facts }) =>
        facts.waiting.map(({ record }) => ({ id: record.id, name: { 'zh-CN': record.called, en: record.called } })),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: ['active', 'asked', 'declined'],
      values: ({ facts, answers }) => volunteerCard(chosen(facts, answers)?.record, facts.regions),
      confirms: ({ facts, answers }) => chosen(facts, answers)?.version,
      resets: ['words'],
    }),
  )
  .step(
    'words',
    text({
      relevant: ({ answers }) => ASKS_WORDS.includes(answers.next ?? ''),
      maxLength: 200,
      written: true,
      screen: personShield,
    }),
  )
  .end();

export const reviewVolunteersTalk = talk({
  flow: reviewVolunteers,
  loadsBy: ['volunteer'],
  load: async ({ store, city, person, position }: LoadContext) => {
    const grants = organiserGrants(person.contact?.grants ?? []);
    const { volunteer } = position.answers;
    const isMine = ({ record }: Kept<Volunteer>) => anyGrantCovers(grants, record.region, city.regions);
    const ids = await orStoreAway(store.redis.zrange(store.keys.volunteersApplied, 0, '-1'));
    const waiting = (await loadVolunteers(store, ids)).filter(isMine).slice(0, LISTED_MAX);
    const asked = typeof volunteer === 'string' ? await loadVolunteer(store, volunteer) : undefined;
    const shown = asked?.record.state === 'applied' && isMine(asked) ? asked : undefined;
    const all = shown && !waiting.some(({ record }) => record.id === shown.record.id) ? [...waiting, shown] : waiting;
    const team = shown?.record.team === undefined ? undefined : (await loadTeam(store, shown.record.team))?.record;
    const isFull = team !== undefined && (await loadMemberIds(store, team.id)).length >= team.capacity;
    const isAnswered = asked !== undefined && !shown && isMine(asked);
    return { me: store.pseudonym(person.urn), waiting: all, team, isFull, isAnswered };
  },
  facts: (city: City, { contact }, loaded) => ({ ...city, grants: contact?.grants ?? [], ...loaded }),
  closed: ({ grants, waiting, isAnswered }) => {
    if (organiserGrants(grants).length === 0) return { key: 'flows/review-volunteers:not_you' };
    if (isAnswered) return { key: 'flows/review-volunteers:answered', buttons: [OTHERS] };
    return waiting.length === 0 ? { key: 'flows/review-volunteers:nobody' } : undefined;
  },
  opens: (argument) => (argument === 'all' ? {} : { volunteer: argument }),
  finish: (answers, { store, facts, now }) => {
    const kept = chosen(facts, answers);
    const decision = answers.next;
    if (!kept || (decision !== 'active' && decision !== 'asked' && decision !== 'declined'))
      return noChange('volunteers_seen', { key: 'common:closed' });
    const { words } = answers;
    const record: Volunteer = {
      ...kept.record,
      state: decision,
      ...(decision === 'active' ? { since: now } : {}),
      reviewed: { by: facts.me, at: now, ...(words ? { words } : {}) },
    };
    const keeping = keepVolunteer(store, record, kept);
    const { team, isFull } = facts;
    const joinsTeam = decision === 'active' && team !== undefined;
    const joining = joinsTeam && !isFull ? joinTeam(store, team, record.id, now) : undefined;
    return {
      outcome: `volunteer_${decision}`,
      checks: [...keeping.checks, ...(joining?.checks ?? [])],
      writes: [...keeping.writes, ...(joining?.writes ?? []), queueEvent(store, `reviewed ${record.id}`, now)],
      says: [
        {
          key: `flows/review-volunteers:done.${joinsTeam && isFull ? 'team_full' : decision}`,
          values: { called: record.called, team: team?.name ?? '' },
          buttons: [OTHERS],
        },
      ],
    };
  },
});

function chosen(facts: ReviewVolunteersFacts, answers: ReviewVolunteersAnswers): Kept<Volunteer> | undefined {
  return facts.waiting.find(({ record }) => record.id === answers.volunteer);
}

/** Values for the card of an applicant. It holds nothing that identifies or locates the person. */
export function volunteerCard(record: Volunteer | undefined, regions: RegionTree): Readonly<Record<string, Value>> {
  if (!record) return {};
  const { called, age, region, skills, days, parts, phone } = record;
  const said = (step: string, ids: readonly string[]): Value => ({
    joined: ids.map((id): Value => ({ key: `flows/join-volunteers:${step}.options.${id}` })),
  });
  return {
    called,
    age: said('age', [age]),
    region: { names: regions.nameOf(region) ?? { 'zh-CN': region } },
    skills: said('skills', skills),
    days: said('days', days),
    parts: said('parts', parts),
    phone: { key: `flows/review-volunteers:phone.${phone === undefined ? 'none' : 'left'}` },
  };
}
