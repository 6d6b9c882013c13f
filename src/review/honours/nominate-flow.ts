import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { text } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers, regionsIn } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Team } from '../../volunteers/teams/team.ts';
import type { Honour } from './honour.ts';
import { proposerMark } from './honour.ts';
import { MAY_NOMINATE } from './honour-access.ts';
import { honourButton, honourValues } from './honour-card.ts';
import { keepHonour, loadHonours, newHonourId, queueHonour } from './honour-store.ts';
import { loadHonouredTeams } from './honoured-teams.ts';
import type { HonourSubject, SubjectKind } from './subject.ts';
import { namesOfSubject, partsOfSubject, readSubject, regionOfSubject, SUBJECT_KINDS, subjectsIn } from './subject.ts';

type NominateFacts = City & {
  readonly me: string;
  /** The grants with which the person nominates. */
  readonly grants: readonly Grant[];
  readonly streets: readonly string[];
  readonly teams: ReadonlyMap<string, Team>;
  /** A resident proposes for the street of the home; a mark in place of the person. */
  readonly proposer?: string;
  /** The chosen subject has an honour that is not decided. */
  readonly isOpen: boolean;
  /** A proposal of this resident still waits. */
  readonly isWaiting: boolean;
};
type NominateAnswers = { readonly street?: string | null | undefined; readonly kind?: string | null | undefined };
type NominateContext = { readonly facts: NominateFacts; readonly answers: NominateAnswers };

const REASON_MAX = 200;

/** A home makes a resident one of the ground. */
export const NO_HOME = {
  key: 'flows/honours:no_home',
  buttons: [{ label: 'flows/honours:set_home', flow: 'choose-topics', argument: 'home' }],
} as const;

/**
 * Staff of the ground nominate a desk, grid, unit, premises or team with a reason; residents propose one of their street,
 * which staff read first. There are no votes and no talks.
 */
export const nominateHonour = flow<NominateFacts>({ id: 'nominate-honour', version: 1, lifetimeSeconds: 24 * 3600 })
  .step(
    'street',
    choice({
      options: ({ facts: { streets, regions } }) => streets.map((id) => ({ id, name: regions.nameOf(id) ?? {} })),
      resets: ['kind', 'subject'],
    }),
  )
  .step('kind', choice({ options: (here) => kindsOf(here).map((id) => ({ id: id as string })), resets: ['subject'] }))
  .step('subject', choice({ options: (here) => subjectsOf(here).map((id) => optionOf(id, here.facts)) }))
  .step('reason', text({ minLength: 4, maxLength: REASON_MAX, written: true, screen: personShield }))
  .step(
    'review',
    review({
      refuses: ({ facts }) => (facts.isOpen ? 'open_already' : facts.isWaiting ? 'waits_already' : undefined),
    }),
  )
  .end();

export const nominateHonourTalk = talk({
  flow: nominateHonour,
  loadsBy: ['subject'],
  load: async ({ store, city, person, position }: LoadContext) => {
    const grants = (person.contact?.grants ?? []).filter(({ role }) => MAY_NOMINATE.includes(role));
    const teams = await loadHonouredTeams(store);
    const subject = readSubject(position.answers.subject, { ...city, teams });
    const open = subject && (await orStoreAway(store.redis.exists(store.keys.honourOpen(subject))));
    const home = person.contact?.home;
    const staff = { me: store.pseudonym(person.urn), grants, teams, isOpen: open === 1 };
    if (grants.length > 0) return { ...staff, streets: streetsOf(grants, city), isWaiting: false };
    const proposer = proposerMark(store, person.urn);
    const waiting = (await loadHonours(store)).some(({ record }) => record.proposer === proposer);
    const street = home === undefined ? undefined : city.regions.above(home, 'street');
    return { ...staff, proposer, streets: street === undefined ? [] : [street], isWaiting: waiting };
  },
  facts: (city: City, _person, loaded): NominateFacts => ({ ...city, ...loaded }),
  opens: () => ({}),
  prefills: ({ streets }) => (streets.length === 1 ? { street: streets[0] } : undefined),
  closed: ({ streets, proposer }) => {
    if (streets.length > 0) return undefined;
    return proposer === undefined ? { key: 'flows/nominate-honour:not_you' } : NO_HOME;
  },
  finish: ({ street, kind, subject, reason }, { store, facts, now }) => {
    const own = subjectsOf({ facts, answers: { street, kind } }).find((one) => one === subject);
    if (!own || !reason || !('text' in reason))
      return noChange('honour_not_nominated', { key: 'flows/nominate-honour:not_you' });
    const { proposer } = facts;
    const honour: Honour = {
      id: newHonourId(),
      state: proposer === undefined ? 'nominated' : 'proposed',
      subject: own,
      ...(kind === 'team' ? { team: namesOfSubject(own, facts)['zh-CN'] ?? '' } : {}),
      region: regionOfSubject(own, facts),
      reason: reason.text,
      by: proposer === undefined ? facts.me : '',
      ...(proposer === undefined ? {} : { proposer }),
      nominatedAt: now,
      objections: [],
    };
    const { checks, writes } = keepHonour(store, honour);
    if (proposer !== undefined)
      return {
        outcome: 'honour_proposed',
        checks,
        writes: [...writes, queueHonour(store, 'proposed', honour.id, now)],
        says: [{ key: 'flows/nominate-honour:done_proposed', values: honourValues(honour, facts) }],
      };
    return {
      outcome: 'honour_nominated',
      checks,
      writes: [...writes, queueHonour(store, 'nominated', honour.id, now)],
      says: [
        {
          key: 'flows/nominate-honour:done',
          values: honourValues(honour, facts),
          buttons: [honourButton(honour, 'look')],
        },
      ],
    };
  },
});

/** The streets of the grants; a grant for a part of a street gives its street. */
function streetsOf(grants: readonly Grant[], { regions }: Pick<City, 'regions'>): readonly string[] {
  const found = grants.flatMap(({ scope }) => {
    const above = regions.above(scope, 'street');
    return above === undefined ? regionsIn(scope, 'street', regions) : [above];
  });
  return [...new Set(found)];
}

/** The kinds of which the grants cover a subject in the street. */
function kindsOf(here: NominateContext): readonly SubjectKind[] {
  return SUBJECT_KINDS.filter((kind) => coveredOf(kind, here).length > 0);
}

function subjectsOf(here: NominateContext): readonly HonourSubject[] {
  const kind = SUBJECT_KINDS.find((one) => one === here.answers.kind);
  return kind ? coveredOf(kind, here) : [];
}

/** Subjects that a grant covers: the nominator then reads the honour too. A resident proposes any of the street. */
function coveredOf(kind: SubjectKind, { facts, answers: { street } }: NominateContext): readonly HonourSubject[] {
  if (!street || !facts.streets.includes(street)) return [];
  const subjects = subjectsIn(street, kind, facts);
  if (facts.proposer !== undefined) return subjects;
  return subjects.filter((subject) => anyGrantCovers(facts.grants, regionOfSubject(subject, facts), facts.regions));
}

function optionOf(subject: HonourSubject, facts: NominateFacts) {
  const name = namesOfSubject(subject, facts);
  return partsOfSubject(subject)[0] === 'desk'
    ? { id: subject as string, wording: 'desk_option', values: { region: { names: name } } }
    : { id: subject as string, name };
}
