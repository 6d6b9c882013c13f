import { personShield } from '../../cases/report/person-shield.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { premisesScope } from '../../city/series.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { text } from '../../engine/steps/text.ts';
import { staffIn } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { checkerCode, mayMove } from '../draw/draw.ts';
import type { Visit } from './visit.ts';
import { premisesNames } from './visit-card.ts';
import { involvedIn } from './visit-rules.ts';
import { keepVisit, loadVisit } from './visit-store.ts';

type AnswerFacts = {
  readonly city: City;
  readonly kept: Kept<Visit> | undefined;
  readonly contacts: readonly Urn[];
};

/** Lets an organiser who did not check answer an objection. */
export const answerObjection = flow<AnswerFacts>({
  id: 'answer-objection',
  version: 1,
  lifetimeSeconds: 24 * 3600,
  light: true,
})
  .step(
    'verdict',
    choice({
      options: [{ id: 'upheld' }, { id: 'kept' }],
      values: ({ facts: { kept, city } }) => ({
        premises: premisesNames(kept?.record.premises ?? '', city),
        words: { words: kept?.record.objection?.words ?? { text: '' } },
      }),
    }),
  )
  .step('words', text({ minLength: 2, maxLength: 300, screen: personShield }))
  .end();

export const answerObjectionTalk = talk({
  flow: answerObjection,
  load: async ({ store, city, person, position }: LoadContext) => {
    const nothing = { kept: undefined, contacts: [] };
    const kept = await loadVisit(store, position.answers.visit);
    if (!kept?.record.objection || kept.record.objection.answer) return nothing;
    const { record } = kept;
    const code = checkerCode(record.of, store.pseudonym(person.urn));
    if (!mayMove(record, person.contact?.grants ?? [], city.regions) || involvedIn(record).includes(code))
      return nothing;
    return { kept, contacts: await staffIn(store, 'unit_staff', [premisesScope(record.premises)]) };
  },
  facts: (city: City, _person, loaded): AnswerFacts => ({ city, ...loaded }),
  closed: ({ kept }) => (kept ? undefined : { key: 'flows/answer-objection:over' }),
  opens: (argument) => ({ visit: argument }),
  finish: ({ verdict, words }, { store, facts: { kept, contacts, city }, now }) => {
    const objection = kept?.record.objection;
    if (!kept || !objection || !words || !verdict)
      return noChange('answer_late', { key: 'flows/answer-objection:over' });
    const answer = { upheld: verdict === 'upheld', words, at: now };
    const visit: Visit = { ...kept.record, objection: { ...objection, answer } };
    const { checks, writes } = keepVisit(store, visit, undefined, kept);
    const values = { premises: premisesNames(visit.premises, city), words: { words } };
    const said = { key: `flows/object-visit:answer.${verdict}`, values } as const;
    return {
      outcome: `objection_${verdict}`,
      checks,
      writes,
      says: [{ key: 'flows/answer-objection:done' }],
      tells: contacts.map((to) => ({ to, said })),
    };
  },
});
