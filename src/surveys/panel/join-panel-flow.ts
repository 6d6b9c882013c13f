import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, narrowRegion } from '../../regions/narrow-region.ts';
import type { Kept } from '../../store/versioned-record.ts';
import { keepMember, loadMember } from '../survey-store.ts';
import type { Age, Hukou, Member, Sex } from './member.ts';
import { AGES, HUKOUS, newMemberNumber, SEXES, STAYS } from './member.ts';

type JoinPanelFacts = City & { readonly me: Kept<Member> | undefined };

const HOME = {
  ids: ['district', 'street', 'community'],
  from: ({ answers }: { readonly answers: { readonly age?: string | null } }) =>
    answers.age && answers.age !== 'child' ? '*' : undefined,
  stops: false,
} as const;
const fits = ({ answers }: { readonly answers: { readonly age?: string | null } }) => answers.age !== 'child';

/** Somebody agrees to be asked now and then how safe they feel: what of them is kept, and nothing of what they will answer. */
export const joinPanel = flow<JoinPanelFacts>({ id: 'join-panel', version: 1, lifetimeSeconds: 7 * 24 * 3600 })
  .step('consent', confirm({ no: 'ends' }))
  .step('age', choice({ options: ['child', ...AGES] }))
  .step('sex', choice({ relevant: fits, options: SEXES }))
  .step('district', narrowRegion(HOME, 0))
  .step('street', narrowRegion(HOME, 1))
  .step('community', narrowRegion(HOME, 2))
  .step('stay', choice({ relevant: fits, options: STAYS }))
  .step('hukou', choice({ relevant: fits, options: HUKOUS }))
  .end();

export const joinPanelTalk = talk({
  flow: joinPanel,
  load: async ({ store, person }: LoadContext) => ({ me: await loadMember(store, person.urn) }),
  facts: (city: City, _person, loaded): JoinPanelFacts => ({ ...city, ...loaded }),
  opens: () => ({}),
  finish: (answers, { store, person, contact, facts: { me }, now }) => {
    if (answers.age === 'child') return noChange('panel_too_young', { key: 'flows/join-panel:child' });
    const community = narrowest(answers.district, answers.street, answers.community) ?? '';
    const record: Member = {
      invited: [],
      ignored: 0,
      ...me?.record,
      number: me?.record.number ?? newMemberNumber(),
      community,
      age: answers.age as Age, // as the step offers them, but for the child above
      sex: (answers.sex ?? 'unsaid') as Sex,
      stay: answers.stay ?? 'long',
      hukou: (answers.hukou ?? 'local') as Hukou,
      since: now,
    };
    return {
      outcome: 'panel_joined',
      ...keepMember(store, person, record, me),
      // What is meant for their region reaches them from now on.
      contact: contact.home === undefined ? { ...contact, home: community } : contact,
      says: [{ key: 'flows/join-panel:done' }],
    };
  },
});
