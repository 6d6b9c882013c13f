import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { VotingFacts } from '../ballot/topic-access.ts';
import { loadTopicAccess, sealedAnswers } from '../ballot/topic-access.ts';
import { topicButton } from '../topic/topic-card.ts';

/** A resident who took part says that a promise was not kept, once. It changes no verdict and stands beside it. */
export const objectPromise = flow<VotingFacts>({ id: 'object-promise', version: 1, lifetimeSeconds: 3600, light: true })
  .step('sure', confirm({ values: ({ facts }) => ({ measure: facts.access?.topic.record.promise?.measure ?? '' }) }))
  .end();

/** True for a person who took part and has not objected, once the date is over or the promise is settled. */
export function mayObject({ access }: VotingFacts, now: number): boolean {
  const { state, promise } = access?.topic.record ?? {};
  const isDue = promise !== undefined && (promise.verdict !== undefined || promise.due < now);
  return state === 'promised' && isDue && access?.tookPart === '';
}

export const objectPromiseTalk = talk({
  flow: objectPromise,
  load: ({ store, person, position, now }: LoadContext) => loadTopicAccess(store, person, position.answers.topic, now),
  facts: (_city: object, _person, access): VotingFacts => ({ access }),
  opens: (topic) => ({ topic }),
  closed: (facts, now) => (mayObject(facts, now) ? undefined : { key: 'flows/object-promise:closed' }),
  privateAnswers: sealedAnswers(['topic']),
  finish: ({ sure }, { store, facts, now }) => {
    const { access } = facts;
    if (!access || !mayObject(facts, now)) return noChange('promise_closed', { key: 'flows/object-promise:closed' });
    const { record } = access.topic;
    const buttons = [topicButton(record.id)];
    if (sure !== true) return noChange('promise_not_objected', { key: 'common:closed', buttons });
    const key = store.keys.topicTookPart(record.id);
    return {
      outcome: 'promise_objected',
      checks: [{ key, field: access.mark, is: '' }],
      writes: [['HSET', key, access.mark, 'no']],
      says: [{ key: 'flows/object-promise:done', buttons }],
    };
  },
});
