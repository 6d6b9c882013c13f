import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { VotingFacts } from '../ballot/topic-access.ts';
import { loadTopicAccess, sealedAnswers } from '../ballot/topic-access.ts';
import { topicButton } from '../topic/topic-card.ts';
import { keepTopic } from '../topic/topic-store.ts';
import { isOther } from './work.ts';

type ObjectPromiseFacts = VotingFacts & { readonly me: string };

/**
 * A resident who took part says once what became of a promise. 没做到 changes no verdict and stands beside it. 做好了 proves work
 * that awaits a proof, unless the resident promised it.
 */
export const objectPromise = flow<ObjectPromiseFacts>({
  id: 'object-promise',
  version: 2,
  lifetimeSeconds: 3600,
  light: true,
})
  .step(
    'seen',
    choice({
      relevant: ({ facts }) => promiseOf(facts)?.awaitsProof === true,
      options: ['done', 'not_done'],
      values: ({ facts }) => ({ measure: promiseOf(facts)?.measure ?? '' }),
    }),
  )
  .step(
    'sure',
    confirm({
      relevant: ({ facts }) => promiseOf(facts)?.awaitsProof !== true,
      values: ({ facts }) => ({ measure: promiseOf(facts)?.measure ?? '' }),
    }),
  )
  .end();

function promiseOf({ access }: VotingFacts) {
  return access?.topic.record.promise;
}

/** True for a person who took part and has not spoken, once the work is done, the date is over, or the promise is settled. */
export function mayObject({ access }: VotingFacts, now: number): boolean {
  const { state, promise } = access?.topic.record ?? {};
  const isDue = promise !== undefined && (promise.verdict !== undefined || promise.awaitsProof || promise.due < now);
  return state === 'promised' && isDue === true && access?.tookPart === '';
}

export const objectPromiseTalk = talk({
  flow: objectPromise,
  load: async ({ store, person, position, now }: LoadContext) => ({
    access: await loadTopicAccess(store, person, position.answers.topic, now),
    me: store.pseudonym(person.urn),
  }),
  facts: (_city: object, _person, loaded): ObjectPromiseFacts => loaded,
  opens: (topic) => ({ topic }),
  closed: (facts, now) => (mayObject(facts, now) ? undefined : { key: 'flows/object-promise:closed' }),
  privateAnswers: sealedAnswers(['topic']),
  finish: ({ seen, sure }, { store, facts, now }) => {
    const { access, me } = facts;
    if (!access || !mayObject(facts, now)) return noChange('promise_closed', { key: 'flows/object-promise:closed' });
    const { topic } = access;
    const { id, promise } = topic.record;
    const buttons = [topicButton(id)];
    if (seen !== 'not_done' && seen !== 'done' && sure !== true)
      return noChange('promise_not_objected', { key: 'common:closed', buttons });
    const key = store.keys.topicTookPart(id);
    const said = { checks: [{ key, field: access.mark, is: '' }], writes: [] };
    if (seen !== 'done' || !promise)
      return {
        outcome: 'promise_objected',
        ...joinChanges([said, { checks: [], writes: [['HSET', key, access.mark, 'no']] }]),
        says: [{ key: 'flows/object-promise:done', buttons }],
      };
    if (!isOther(me, promise)) return noChange('promise_own', { key: 'flows/object-promise:own', buttons });
    // The record does not hold who saw it.
    const proven = keepTopic(store, { ...topic.record, promise: { ...promise, proof: { as: 'resident' } } }, topic);
    return {
      outcome: 'promise_proven',
      ...joinChanges([said, proven, { checks: [], writes: [['HSET', key, access.mark, 'yes']] }]),
      says: [{ key: 'flows/object-promise:proven', buttons }],
    };
  },
});
