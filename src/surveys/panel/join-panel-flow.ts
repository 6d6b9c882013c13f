import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, regionSteps } from '../../regions/narrow-region.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Age, Hukou, Member, Sex } from './member.ts';
import { AGES, HUKOUS, newMemberNumber, SEXES, STAYS } from './member.ts';
import { keepMember, loadMember } from './member-store.ts';

type JoinPanelFacts = City & { readonly me: Kept<Member> | undefined };
type AgeAnswer = { readonly answers: { readonly age?: string | null } };

const HOME = {
  ids: ['district', 'street', 'community'],
  from: ({ answers }: AgeAnswer) => (answers.age && answers.age !== 'child' ? '*' : undefined),
  here: 'never',
} as const;
const isOldEnough = ({ answers }: AgeAnswer) => answers.age !== 'child';

/** Adds a resident to the survey panel, with their consent; a member who repeats it updates the record. */
export const joinPanel = flow<JoinPanelFacts>({ id: 'join-panel', version: 1, lifetimeSeconds: 7 * 24 * 3600 })
  .step('consent', confirm({ no: 'ends' }))
  .step('age', choice({ options: ['child', ...AGES] }))
  .step('sex', choice({ relevant: isOldEnough, options: SEXES }))
  .steps(regionSteps(HOME))
  .step('stay', choice({ relevant: isOldEnough, options: STAYS }))
  .step('hukou', choice({ relevant: isOldEnough, options: HUKOUS }))
  .end();

export const joinPanelTalk = talk({
  flow: joinPanel,
  load: async ({ store, person }: LoadContext) => ({ me: await loadMember(store, person.urn) }),
  facts: (city: City, _person, loaded): JoinPanelFacts => ({ ...city, ...loaded }),
  opens: () => ({}),
  yieldsTo: 'answer-survey',
  finish: (answers, { store, person, contact, facts: { me }, now }) => {
    if (answers.age === 'child') return noChange('panel_too_young', { key: 'flows/join-panel:child' });
    const community = narrowest(answers.district, answers.street, answers.community) ?? '';
    const record: Member = {
      invited: [],
      ignored: 0,
      ...me?.record,
      number: me?.record.number ?? newMemberNumber(),
      community,
      age: answers.age as Age, // the step offers only AGES and `child`
      sex: (answers.sex ?? 'unsaid') as Sex,
      stay: answers.stay ?? 'long',
      hukou: (answers.hukou ?? 'local') as Hukou,
      since: now,
    };
    return {
      outcome: 'panel_joined',
      ...keepMember(store, person, record, me),
      // Announcements for the home region reach the person from now on.
      contact: contact.home === undefined ? { ...contact, home: community } : contact,
      says: [{ key: 'flows/join-panel:done' }],
    };
  },
});
